/** Sign-in by PKCE (RFC 7636): the link from a mail yields a code, worth a session only to who asked for the mail. */
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Queryable } from '../database.ts';
import { AuthError } from '../errors.ts';
import type { Method } from '../sessions/sessions.ts';

/** From the visit of the link to the exchange. */
const CODE_TTL_SECONDS = 300;

export interface Challenge {
  challenge: string;
  method: 's256' | 'plain';
}

const challengeText = z.string().regex(/^[a-zA-Z._~0-9-]{43,128}$/);

/** The challenge of a request, or null for one without PKCE. */
export function readChallenge(body: { code_challenge: string; code_challenge_method: string }): Challenge | null {
  const { code_challenge: challenge, code_challenge_method: name } = body;
  if (challenge === '' && name === '') return null;
  const method = name.toLowerCase();
  if (challenge === '' || (method !== 's256' && method !== 'plain')) {
    throw new AuthError('validation_failed', 'PKCE flow requires code_challenge_method and code_challenge');
  }
  if (!challengeText.safeParse(challenge).success) {
    throw new AuthError(
      'validation_failed',
      'code challenge has to be 43 to 128 letters, digits, hyphens, periods, underscores or tildes'
    );
  }
  return { challenge, method };
}

export async function beginFlow(
  tx: Queryable,
  userId: string,
  method: Method,
  { challenge, method: kind }: Challenge
): Promise<void> {
  await tx.query(
    `insert into auth.flow_state
       (id, user_id, auth_code, code_challenge_method, code_challenge, provider_type, authentication_method, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $6, now(), now())`,
    [randomUUID(), userId, randomUUID(), kind, challenge, method]
  );
}

/** The code for who visited the link of the latest such flow. */
export async function issueAuthCode(tx: Queryable, userId: string, method: Method): Promise<string> {
  const { rows } = await tx.query<{ auth_code: string }>(
    `update auth.flow_state set auth_code_issued_at = now(), updated_at = now()
     where id = (
       select id from auth.flow_state where user_id = $1 and authentication_method = $2 order by created_at desc limit 1
     ) returning auth_code`,
    [userId, method]
  );
  if (rows[0] === undefined) throw new AuthError('flow_state_not_found', 'No valid flow state found for user.', { status: 422 });
  return rows[0].auth_code;
}

/** Takes the flow of a code away and says whose it was. A wrong verifier leaves it: the owner may still come. */
export async function redeemAuthCode(tx: Queryable, code: string, verifier: string): Promise<{ userId: string; method: Method }> {
  const { rows } = await tx.query<FlowRow>(
    `select id, user_id, code_challenge, code_challenge_method, authentication_method,
       auth_code_issued_at < now() - make_interval(secs => $2) as expired
     from auth.flow_state where auth_code = $1 and auth_code_issued_at is not null and user_id is not null for update`,
    [code, CODE_TTL_SECONDS]
  );
  const flow = rows[0];
  if (flow === undefined) throw new AuthError('flow_state_not_found');
  if (flow.expired) throw new AuthError('flow_state_expired');
  if (!matches(flow, verifier)) throw new AuthError('bad_code_verifier');
  await tx.query('delete from auth.flow_state where id = $1', [flow.id]);
  return { userId: flow.user_id, method: flow.authentication_method };
}

interface FlowRow {
  id: string;
  user_id: string;
  code_challenge: string;
  code_challenge_method: 's256' | 'plain';
  authentication_method: Method;
  expired: boolean;
}

function matches(flow: FlowRow, verifier: string): boolean {
  const answer = flow.code_challenge_method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  const [a, b] = [Buffer.from(answer), Buffer.from(flow.code_challenge)];
  return a.length === b.length && timingSafeEqual(a, b);
}
