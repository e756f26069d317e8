/**
 * Exchange of a refresh token for the next one (RFC 9700, 4.14.2: rotation). Of a session one token is active; each use
 * revokes it and makes its child. A revoked token is answered
 *   - with the active one, when that is its child: the client lost the answer;
 *   - with the active one, within the reuse interval: several tabs asked at once;
 *   - else with a refusal, and the session's tokens are all revoked: somebody has a copy.
 */
import type pg from 'pg';
import type { AccessTokens, AmrEntry } from './access-tokens.ts';
import { audit } from '../audit.ts';
import type { Client } from '../http/client.ts';
import type { AuthConfig } from '../config.ts';
import { transaction, type Queryable } from '../database.ts';
import { AuthError } from '../errors.ts';
import type { Json } from '../json.ts';
import { newRefreshToken, tokenJson } from './sessions.ts';
import { findUserById, isBanned } from '../accounts/users.ts';

interface SessionRow {
  id: string;
  user_id: string;
  age_ms: number;
  idle_ms: number;
  expired: boolean;
}

interface TokenRow {
  token: string;
  revoked: boolean;
  swapped_ms_ago: number;
  active_token: string | null;
  active_parent: string | null;
  amr: AmrEntry[];
}

export async function refreshSession(
  pool: pg.Pool,
  tokens: AccessTokens,
  config: AuthConfig,
  presented: string,
  client: Client
): Promise<Json> {
  // A refusal for reuse must be committed with what it revokes, so it is returned and not thrown in the transaction.
  const outcome = await transaction(pool, (tx) => exchange(tx, tokens, config, presented, client));
  if (outcome === 'reused') throw new AuthError('refresh_token_already_used');
  return outcome;
}

async function exchange(
  tx: Queryable,
  tokens: AccessTokens,
  config: AuthConfig,
  presented: string,
  client: Client
): Promise<Json | 'reused'> {
  const session = await lockSession(tx, presented);
  checkAge(session, config);
  const user = await findUserById(tx, session.user_id);
  if (user === null) throw new AuthError('refresh_token_not_found');
  if (isBanned(user)) throw new AuthError('user_banned', 'Invalid Refresh Token: User Banned', { status: 400 });

  const token = await findToken(tx, presented);
  if (token.revoked && !mayReuse(token, config)) {
    if (config.enable_refresh_token_rotation) await revokeAll(tx, session.id);
    await audit(tx, client.ip, user, 'token_revoked');
    return 'reused';
  }
  const next = token.revoked ? token.active_token! : await swap(tx, session, token);
  await tx.query(
    `update auth.sessions set refreshed_at = now() at time zone 'utc', updated_at = now(), user_agent = $2, ip = $3 where id = $1`,
    [session.id, client.userAgent, client.ip]
  );
  await audit(tx, client.ip, user, 'token_refreshed');
  return tokenJson(await tokens.issue(user, session.id, token.amr), next, user);
}

/** Exchanges within one session come one after the other, or a thief's could slip past the owner's. */
async function lockSession(tx: Queryable, presented: string): Promise<SessionRow> {
  const { rows } = await tx.query<SessionRow>(
    `select id, user_id, not_after < now() as expired,
       extract(epoch from now() - created_at)::float8 * 1000 as age_ms,
       extract(epoch from now() - coalesce(refreshed_at at time zone 'utc', created_at))::float8 * 1000 as idle_ms
     from auth.sessions where id = (select session_id from auth.refresh_tokens where token = $1) for update`,
    [presented]
  );
  const session = rows[0];
  if (session === undefined) throw new AuthError('refresh_token_not_found');
  return session;
}

function checkAge(session: SessionRow, { sessions }: AuthConfig): void {
  if (session.expired || (sessions.timebox !== undefined && session.age_ms > sessions.timebox)) {
    throw new AuthError('session_expired');
  }
  if (sessions.inactivity_timeout !== undefined && session.idle_ms > sessions.inactivity_timeout) {
    throw new AuthError('session_expired', 'Invalid Refresh Token: Session Expired (Inactivity)');
  }
}

/** Read after the lock: the exchange before this one may have changed it. */
async function findToken(tx: Queryable, presented: string): Promise<TokenRow> {
  const { rows } = await tx.query<TokenRow>(
    `select t.token, t.revoked, extract(epoch from clock_timestamp() - t.updated_at)::float8 * 1000 as swapped_ms_ago,
       active.token as active_token, active.parent as active_parent,
       (select coalesce(jsonb_agg(jsonb_build_object(
          'method', a.authentication_method, 'timestamp', floor(extract(epoch from a.updated_at))::bigint
        ) order by a.updated_at desc), '[]') from auth.mfa_amr_claims a where a.session_id = t.session_id) as amr
     from auth.refresh_tokens t
     left join lateral (
       select a.token, a.parent from auth.refresh_tokens a
       where a.session_id = t.session_id and not a.revoked order by a.id desc limit 1
     ) active on true
     where t.token = $1`,
    [presented]
  );
  const token = rows[0];
  if (token === undefined) throw new AuthError('refresh_token_not_found');
  return token;
}

function mayReuse(token: TokenRow, config: AuthConfig): boolean {
  if (token.active_token === null) return false;
  return token.active_parent === token.token || token.swapped_ms_ago <= config.refresh_token_reuse_interval * 1000;
}

async function swap(tx: Queryable, session: SessionRow, token: TokenRow): Promise<string> {
  const next = newRefreshToken();
  await tx.query(
    `with revoked as (update auth.refresh_tokens set revoked = true, updated_at = now() where token = $1)
     insert into auth.refresh_tokens (instance_id, token, user_id, session_id, parent, revoked, created_at, updated_at)
     values ('00000000-0000-0000-0000-000000000000', $2, $3, $4, $1, false, now(), now())`,
    [token.token, next, session.user_id, session.id]
  );
  return next;
}

async function revokeAll(tx: Queryable, sessionId: string): Promise<void> {
  await tx.query('update auth.refresh_tokens set revoked = true, updated_at = now() where session_id = $1 and not revoked', [
    sessionId
  ]);
}
