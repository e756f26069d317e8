import { randomUUID } from 'node:crypto';
import type { Queryable } from './database.ts';
import type { Json } from './json.ts';

const LOG_TYPES = {
  login: 'account',
  logout: 'account',
  token_refreshed: 'token',
  token_revoked: 'token',
  user_confirmation_requested: 'user',
  user_deleted: 'team',
  user_invited: 'team',
  user_modified: 'user',
  user_reauthenticate_requested: 'user',
  user_recovery_requested: 'user',
  user_repeated_signup: 'user',
  user_signedup: 'team',
  user_updated_password: 'user'
} as const;

export type AuditAction = keyof typeof LOG_TYPES;

/** Who did it: a person, or the holder of the secret key, who has a role but no account. */
export interface Actor {
  id: string;
  email: string | null;
  is_sso_user: boolean;
}

export const administrator = (role: string): Actor => ({
  id: '00000000-0000-0000-0000-000000000000',
  email: role,
  is_sso_user: false
});

/** Writes a line of auth.audit_log_entries, in the transaction of what it reports. */
export async function audit(tx: Queryable, ip: string, actor: Actor, action: AuditAction, traits?: Json): Promise<void> {
  const payload = {
    action,
    actor_id: actor.id,
    actor_username: actor.email ?? '',
    actor_via_sso: actor.is_sso_user,
    log_type: LOG_TYPES[action],
    ...(traits === undefined ? {} : { traits })
  };
  await tx.query(
    `insert into auth.audit_log_entries (instance_id, id, payload, created_at, ip_address)
     values ('00000000-0000-0000-0000-000000000000', $1, $2, now(), $3)`,
    [randomUUID(), JSON.stringify(payload), ip]
  );
}
