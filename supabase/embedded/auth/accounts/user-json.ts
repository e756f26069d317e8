import type { Json } from '../json.ts';
import type { Identity, User } from './users.ts';

/** What a person and the admin API see of an account. Times that are not set are left out. */
export function userJson(user: User): Json {
  const set = (name: string, value: Date | string | null): Json => (value === null || value === '' ? {} : { [name]: value });
  return {
    id: user.id,
    aud: user.aud,
    role: user.role,
    email: user.email ?? '',
    ...set('email_confirmed_at', user.email_confirmed_at),
    ...set('invited_at', user.invited_at),
    phone: user.phone ?? '',
    ...set('phone_confirmed_at', user.phone_confirmed_at),
    ...set('confirmation_sent_at', user.confirmation_sent_at),
    ...set('confirmed_at', user.confirmed_at),
    ...set('recovery_sent_at', user.recovery_sent_at),
    ...set('new_email', user.email_change),
    ...set('email_change_sent_at', user.email_change_sent_at),
    ...set('reauthentication_sent_at', user.reauthentication_sent_at),
    ...set('last_sign_in_at', user.last_sign_in_at),
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    identities: user.identities.map(identityJson),
    created_at: user.created_at,
    updated_at: user.updated_at,
    ...set('banned_until', user.banned_until),
    ...set('deleted_at', user.deleted_at),
    is_anonymous: user.is_anonymous
  };
}

/** The API's `id` is the id at the provider, for clients from before `identity_id`. */
function identityJson({ id, provider_id, ...identity }: Identity): Json {
  return { identity_id: id, id: provider_id, ...identity };
}
