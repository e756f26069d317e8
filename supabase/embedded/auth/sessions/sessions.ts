import { randomInt, randomUUID } from 'node:crypto';
import type { AccessToken, AccessTokens } from './access-tokens.ts';
import type { Client } from '../http/client.ts';
import type { Queryable } from '../database.ts';
import type { Json } from '../json.ts';
import { userJson } from '../accounts/user-json.ts';
import { type User } from '../accounts/users.ts';

/** How a session was opened, as its access tokens say in `amr`. */
export type Method = 'password' | 'otp' | 'anonymous' | 'recovery' | 'invite' | 'magiclink' | 'email/signup' | 'email_change';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
export const newRefreshToken = (): string => Array.from({ length: 12 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** Opens a session: the answer to every successful sign-in. */
export async function openSession(
  tx: Queryable,
  tokens: AccessTokens,
  user: User,
  method: Method,
  client: Client
): Promise<Json> {
  const sessionId = randomUUID();
  const refreshToken = newRefreshToken();
  const { rows } = await tx.query<{ last_sign_in_at: Date }>(
    `with session as (
       insert into auth.sessions (id, user_id, created_at, updated_at, aal, user_agent, ip)
       values ($1, $2, now(), now(), 'aal1', $5, $6)
     ), refresh_token as (
       insert into auth.refresh_tokens (instance_id, token, user_id, session_id, parent, revoked, created_at, updated_at)
       values ('00000000-0000-0000-0000-000000000000', $3, $2::text, $1, '', false, now(), now())
     ), amr as (
       insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
       values (gen_random_uuid(), $1, now(), now(), $4)
     )
     update auth.users set last_sign_in_at = now(), updated_at = now() where id = $2::uuid returning last_sign_in_at`,
    [sessionId, user.id, refreshToken, method, client.userAgent, client.ip]
  );
  const signedInAt = rows[0]!.last_sign_in_at;
  const amr = [{ method, timestamp: Math.floor(signedInAt.getTime() / 1000) }];
  const access = await tokens.issue(user, sessionId, amr);
  return tokenJson(access, refreshToken, { ...user, last_sign_in_at: signedInAt });
}

/** RFC 6749, 5.1, with the person besides. */
export function tokenJson(access: AccessToken, refreshToken: string, user: User): Json {
  return {
    access_token: access.token,
    token_type: 'bearer',
    expires_in: access.expiresAt - Math.floor(Date.now() / 1000),
    expires_at: access.expiresAt,
    refresh_token: refreshToken,
    user: userJson(user)
  };
}

/** Ends sessions, with their refresh tokens: all of a person's, one, or all but one. */
export async function endSessions(
  tx: Queryable,
  userId: string,
  which: 'all' | { only: string } | { except: string }
): Promise<void> {
  if (which === 'all') await tx.query('delete from auth.sessions where user_id = $1', [userId]);
  else if ('only' in which) await tx.query('delete from auth.sessions where user_id = $1 and id = $2', [userId, which.only]);
  else await tx.query('delete from auth.sessions where user_id = $1 and id <> $2', [userId, which.except]);
}
