import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Auth } from '../auth.ts';
import { queryText, readBody, readEmail, text } from '../http/body.ts';
import { clientOf } from '../http/client.ts';
import { transaction } from '../database.ts';
import { toAuthError } from '../http/error-response.ts';
import { AuthError } from '../errors.ts';
import { issueAuthCode } from '../proofs/flow-state.ts';
import type { Json } from '../json.ts';
import { hashCode, PKCE_PREFIX } from '../proofs/one-time-tokens.ts';
import { openSession, type Method } from '../sessions/sessions.ts';
import { readType, verify, type VerificationType } from '../proofs/verification.ts';

const body = z.object({ type: text, token: text, token_hash: text, email: text, phone: text, redirect_to: text });

const LINK_REFUSED = 'Email link is invalid or has expired';
const CODE_REFUSED = 'Token has expired or is invalid';
const ONE_AGREED = 'Confirmation link accepted. Please proceed to confirm link sent to the other email';

/** RFC 6749, 4.1.2.1: the name of an error in a redirect, by the status it would have as an answer. */
const OAUTH_ERRORS: Record<number, string> = {
  400: 'invalid_request',
  401: 'unauthorized_client',
  403: 'access_denied',
  500: 'server_error',
  503: 'temporarily_unavailable'
};

/** The flow of a link, as it was begun. */
const FLOWS: Record<VerificationType, Method> = {
  signup: 'email/signup',
  invite: 'invite',
  recovery: 'recovery',
  magiclink: 'magiclink',
  email: 'magiclink',
  email_change: 'email_change'
};

export function verifyRoutes(app: FastifyInstance, auth: Auth): void {
  // What only looks whether a link is alive must not use it up.
  app.get('/verify', { exposeHeadRoute: false }, async (request, reply) => {
    const token = queryText(request, 'token');
    const type = readType(queryText(request, 'type'));
    if (token === '') throw new AuthError('validation_failed', 'Verify requires a token or a token hash');
    auth.limits.verification(clientOf(request).ip, '');
    const target = auth.redirects.choose(queryText(request, 'redirect_to'));
    const pkce = token.startsWith(PKCE_PREFIX);
    try {
      return await reply.redirect(await followLink(auth, request, type, token, target), 303);
    } catch (thrown) {
      const error = toAuthError(thrown as Error);
      if (error.status >= 500) request.log.error({ err: thrown }, error.message);
      return reply.redirect(withError(target, error, pkce), 303);
    }
  });

  app.post('/verify', async (request) => {
    const client = clientOf(request);
    const wish = readBody(request, body);
    auth.limits.verification(client.ip, wish.email.toLowerCase());
    if (wish.phone !== '' && wish.email === '') refusePhone(wish.phone);
    const type = readType(wish.type);
    const [hashes, refusal] = presented(wish);
    return transaction(auth.db, async (tx): Promise<Json> => {
      const user = await verify(auth, tx, client.ip, type, hashes, refusal);
      return user === null ? { msg: ONE_AGREED, code: '200' } : openSession(tx, auth.tokens, user, 'otp', client);
    });
  });
}

/** No account has a phone number, so no code of one is right. */
function refusePhone(phone: string): never {
  if (/^\+?[1-9]\d{1,14}$/.test(phone.replaceAll(' ', ''))) throw new AuthError('otp_expired', CODE_REFUSED);
  throw new AuthError('validation_failed', 'Invalid phone number format (E.164 required)');
}

/** The hashes that a code for an address, or the hash from a link, may be kept under. */
function presented(wish: z.output<typeof body>): [hashes: string[], refusal: string] {
  if ((wish.token === '') === (wish.token_hash === '')) {
    throw new AuthError('validation_failed', 'Verify requires either a token or a token hash');
  }
  if (wish.token_hash !== '') {
    if (wish.email !== '' || wish.phone !== '' || wish.redirect_to !== '') {
      throw new AuthError('validation_failed', 'Only the token_hash and type should be provided');
    }
    return [[wish.token_hash], LINK_REFUSED];
  }
  if (wish.email === '' || wish.phone !== '') {
    throw new AuthError('validation_failed', 'Only an email address or phone number should be provided on verify');
  }
  const hash = hashCode(readEmail(wish.email), wish.token);
  return [[hash, PKCE_PREFIX + hash], CODE_REFUSED];
}

/** Answers where to go on: with a session in the fragment, or with a code for the exchange in the query. */
async function followLink(
  auth: Auth,
  request: FastifyRequest,
  type: VerificationType,
  token: string,
  target: string
): Promise<string> {
  const client = clientOf(request);
  const pkce = token.startsWith(PKCE_PREFIX);
  return transaction(auth.db, async (tx) => {
    const user = await verify(auth, tx, client.ip, type, [token], LINK_REFUSED);
    if (user === null) {
      const message = { message: ONE_AGREED };
      return withFragment(pkce ? withQuery(target, message) : target, { ...message, sb: '' });
    }
    if (pkce) return withQuery(target, { code: await issueAuthCode(tx, user.id, FLOWS[type]) });
    const { user: _, ...session } = await openSession(tx, auth.tokens, user, 'otp', client);
    return withFragment(target, { ...session, type, sb: '' });
  });
}

function withError(target: string, error: AuthError, pkce: boolean): string {
  const name = OAUTH_ERRORS[error.status];
  const fields = { ...(name === undefined ? {} : { error: name }), error_code: error.code, error_description: error.message };
  return withFragment(pkce ? withQuery(target, fields) : target, { ...fields, sb: '' });
}

function withQuery(target: string, fields: Json): string {
  const url = new URL(target);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, String(value));
  return url.href;
}

/** `sb` tells the client that the fragment is this server's. */
function withFragment(target: string, fields: Json): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) parameters.set(name, String(value));
  return `${target.split('#', 1)[0]}#${parameters}`;
}
