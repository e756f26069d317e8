import type { Queryable } from '../database.ts';
import { mergeMetadata, type User } from './users.ts';
import type { Json } from '../json.ts';

/** The identity of an account that signs in by its address; `data` is what the person gave at sign-up. */
export async function addEmailIdentity(
  tx: Queryable,
  user: User,
  email: string,
  data: Json = {},
  verified = false
): Promise<void> {
  const identity = { ...data, sub: user.id, email: email.toLowerCase(), email_verified: verified, phone_verified: false };
  await tx.query(
    `insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
     values ($1, $2, $3, 'email', now(), now(), now())
     on conflict on constraint identities_provider_id_provider_unique do nothing`,
    [user.id, user.id, JSON.stringify(identity)]
  );
}

/** Makes `email` the address of the account's identity, which is added when there is none (an anonymous account, say). */
export async function setEmailIdentity(tx: Queryable, user: User, email: string, verified: boolean): Promise<void> {
  const { rowCount } = await tx.query(
    `update auth.identities set identity_data = identity_data || $2::jsonb, updated_at = now()
     where user_id = $1 and provider = 'email'`,
    [user.id, JSON.stringify({ email: email.toLowerCase(), email_verified: verified })]
  );
  if (rowCount === 0) await addEmailIdentity(tx, user, email, {}, verified);
}

export async function markEmailVerified(tx: Queryable, user: User): Promise<void> {
  await tx.query(
    `update auth.identities set identity_data = identity_data || '{"email_verified": true}', updated_at = now()
     where user_id = $1 and email = $2`,
    [user.id, user.email]
  );
}

/** app_metadata says by which providers an account can be entered. */
export async function recordProviders(tx: Queryable, userId: string): Promise<void> {
  const { rows } = await tx.query<{ provider: string }>(
    'select provider from auth.identities where user_id = $1 group by provider order by min(created_at)',
    [userId]
  );
  const providers = rows.map((row) => row.provider);
  const provider = providers.length > 0 ? { provider: providers[0] } : {};
  await mergeMetadata(tx, userId, 'raw_app_meta_data', { providers, ...provider });
}
