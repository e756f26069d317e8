import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { audit } from '../audit.ts';
import type { Auth } from '../auth.ts';
import { queryText, readBody, text } from '../http/body.ts';
import { clientOf } from '../http/client.ts';
import { transaction } from '../database.ts';
import { AuthError, WeakPassword } from '../errors.ts';
import { redeemAuthCode } from '../proofs/flow-state.ts';
import type { Json } from '../json.ts';
import { checkStrength, passwordMatches } from '../proofs/passwords.ts';
import { refreshSession } from '../sessions/refresh.ts';
import { openSession } from '../sessions/sessions.ts';
import { findUserByEmail, findUserById, isBanned } from '../accounts/users.ts';

const passwordBody = z.object({ email: text, phone: text, password: text });
const refreshBody = z.object({ refresh_token: text });
const pkceBody = z.object({ auth_code: text, code_verifier: text });

export function tokenRoutes(app: FastifyInstance, auth: Auth): void {
  app.post('/token', async (request) => {
    switch (queryText(request, 'grant_type')) {
      case 'password':
        return signIn(auth, request);
      case 'refresh_token':
        return refresh(auth, request);
      case 'pkce':
        return exchangeCode(auth, request);
      case 'id_token':
        throw new AuthError('provider_disabled');
      case 'web3':
        throw new AuthError('web3_provider_disabled');
      default:
        throw new AuthError('invalid_credentials', 'unsupported_grant_type');
    }
  });
}

async function signIn(auth: Auth, request: FastifyRequest): Promise<Json> {
  const client = clientOf(request);
  auth.limits.signIn(client.ip);
  const { email, phone, password } = readBody(request, passwordBody);
  if (email !== '' && phone !== '') {
    throw new AuthError('validation_failed', 'Only an email address or phone number should be provided on login.');
  }
  if (phone !== '') throw new AuthError('phone_provider_disabled', undefined, { status: 422 });
  if (email === '') throw new AuthError('validation_failed', 'missing email or phone');

  const user = await findUserByEmail(auth.db, email);
  const matches = await passwordMatches(auth.db, password, user?.encrypted_password ?? null, auth.passwordCost);
  if (user === null || !matches) throw new AuthError('invalid_credentials');
  if (isBanned(user)) throw new AuthError('user_banned', undefined, { status: 400 });
  if (user.email_confirmed_at === null) throw new AuthError('email_not_confirmed');

  const session = await transaction(auth.db, async (tx) => {
    await audit(tx, client.ip, user, 'login', { provider: 'email' });
    return openSession(tx, auth.tokens, user, 'password', client);
  });
  return { ...session, ...weakness(auth, password) };
}

/** A password from before the demands were raised still opens the door, and the answer says what it lacks. */
function weakness(auth: Auth, password: string): Json {
  try {
    checkStrength(auth.config, password);
    return {};
  } catch (error) {
    return error instanceof WeakPassword ? { weak_password: { message: error.message, reasons: error.reasons } } : {};
  }
}

async function refresh(auth: Auth, request: FastifyRequest): Promise<Json> {
  const client = clientOf(request);
  auth.limits.refresh(client.ip);
  const { refresh_token: token } = readBody(request, refreshBody);
  if (token === '') throw new AuthError('validation_failed', 'Refresh token is not valid');
  return refreshSession(auth.db, auth.tokens, auth.config, token, client);
}

async function exchangeCode(auth: Auth, request: FastifyRequest): Promise<Json> {
  const client = clientOf(request);
  auth.limits.refresh(client.ip);
  const { auth_code: code, code_verifier: verifier } = readBody(request, pkceBody);
  if (code === '' || verifier === '') {
    throw new AuthError('validation_failed', 'invalid request: both auth code and code verifier should be non-empty');
  }
  return transaction(auth.db, async (tx) => {
    const { userId, method } = await redeemAuthCode(tx, code, verifier);
    const user = await findUserById(tx, userId);
    if (user === null) throw new AuthError('flow_state_not_found');
    if (isBanned(user)) throw new AuthError('user_banned');
    await audit(tx, client.ip, user, 'login', { provider_type: method });
    return openSession(tx, auth.tokens, user, method, client);
  });
}
