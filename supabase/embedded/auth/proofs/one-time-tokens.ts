/**
 * Links and codes sent by mail. A code is random digits; the link carries SHA-224(address + code) in hex. Only that hash
 * is kept, so a copy of the database opens no mailbox's link, and a code works for its address alone. The hash of a
 * flow that ends in a PKCE code begins with `pkce_`.
 */
import { createHash, randomInt, randomUUID } from 'node:crypto';
import type { Queryable } from '../database.ts';
import { updateUser, type User, type UserChanges } from '../accounts/users.ts';

export type TokenType =
  'confirmation_token' | 'recovery_token' | 'email_change_token_new' | 'email_change_token_current' | 'reauthentication_token';

const SENT_AT = {
  confirmation_token: 'confirmation_sent_at',
  recovery_token: 'recovery_sent_at',
  email_change_token_new: 'email_change_sent_at',
  email_change_token_current: 'email_change_sent_at',
  reauthentication_token: 'reauthentication_sent_at'
} as const satisfies Record<TokenType, keyof UserChanges>;

export const PKCE_PREFIX = 'pkce_';

export interface IssuedToken {
  code: string;
  hash: string;
}

export const hashCode = (email: string, code: string): string =>
  createHash('sha224')
    .update(email.toLowerCase() + code)
    .digest('hex');

export async function issueOneTimeToken(
  tx: Queryable,
  user: User,
  type: TokenType,
  options: { email: string; length: number; pkce?: boolean }
): Promise<IssuedToken> {
  const code = String(randomInt(10 ** options.length)).padStart(options.length, '0');
  const hash = (options.pkce ? PKCE_PREFIX : '') + hashCode(options.email, code);
  await updateUser(tx, user.id, { [type]: hash, [SENT_AT[type]]: new Date() });
  await tx.query(
    `insert into auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to, created_at, updated_at)
     values ($1, $2, $3, $4, $5, now() at time zone 'utc', now() at time zone 'utc')
     on conflict (user_id, token_type) do update
     set id = excluded.id, token_hash = excluded.token_hash, relates_to = excluded.relates_to,
       created_at = excluded.created_at, updated_at = excluded.updated_at`,
    [randomUUID(), user.id, type, hash, options.email.toLowerCase()]
  );
  return { code, hash };
}

/**
 * Finds the token of one of these hashes and locks it with its account: of two who present it at once, one finds it used.
 * The account is locked first, as by whoever sends a new token, or the two would wait for each other.
 */
export async function findOneTimeToken(
  tx: Queryable,
  hashes: string[],
  types: TokenType[],
  expirySeconds: number
): Promise<{ userId: string; type: TokenType } | null> {
  const sought = `token_hash = any($1) and token_type = any($2::auth.one_time_token_type[])
    and created_at > now() at time zone 'utc' - make_interval(secs => $3)`;
  const values = [hashes, types, expirySeconds];
  await tx.query(
    `select from auth.users where id in (select user_id from auth.one_time_tokens where ${sought}) order by id for update`,
    values
  );
  const { rows } = await tx.query<{ user_id: string; token_type: TokenType }>(
    `select user_id, token_type from auth.one_time_tokens where ${sought} for update`,
    values
  );
  const found = rows[0];
  return found === undefined ? null : { userId: found.user_id, type: found.token_type };
}

export async function clearOneTimeToken(tx: Queryable, userId: string, type: TokenType): Promise<void> {
  await tx.query('delete from auth.one_time_tokens where user_id = $1 and token_type = $2', [userId, type]);
}

export async function clearOneTimeTokens(tx: Queryable, userId: string): Promise<void> {
  await tx.query('delete from auth.one_time_tokens where user_id = $1', [userId]);
}
