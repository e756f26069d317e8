import type { FastifyInstance, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { z } from 'zod';
import { confirmAccount, createAccount } from '../accounts/accounts.ts';
import { audit } from '../audit.ts';
import type { Auth } from '../auth.ts';
import { metadata, pkceFields, readBody, readEmail, text } from '../http/body.ts';
import { clientOf } from '../http/client.ts';
import { transaction, type Queryable } from '../database.ts';
import { AuthError } from '../errors.ts';
import { beginFlow, readChallenge, type Challenge } from '../proofs/flow-state.ts';
import type { Json } from '../json.ts';
import { sendConfirmation } from '../letters/letters.ts';
import { checkStrength, hashPassword } from '../proofs/passwords.ts';
import { redirectOf } from '../letters/redirect-wish.ts';
import { openSession } from '../sessions/sessions.ts';
import { userJson } from '../accounts/user-json.ts';
import { AUDIENCE, findUserByEmail, insertUser, isEmailTaken, type User } from '../accounts/users.ts';

const body = z.object({ email: text, phone: text, password: text, data: metadata, ...pkceFields });

export function signupRoutes(app: FastifyInstance, auth: Auth): void {
  app.post('/signup', async (request) => {
    const { ip } = clientOf(request);
    if (!auth.config.enable_signup) throw new AuthError('signup_disabled');
    const { email, phone, password, data, ...pkce } = readBody(request, body);
    if (email === '' && phone === '') {
      if (!auth.config.enable_anonymous_sign_ins) throw new AuthError('anonymous_provider_disabled');
      auth.limits.anonymous(ip);
      return signUpAnonymously(auth, request, data ?? {});
    }
    auth.limits.signIn(ip);
    if (password === '') throw new AuthError('validation_failed', 'Signup requires a valid password');
    checkStrength(auth.config, password);
    if (email !== '' && phone !== '') {
      throw new AuthError('validation_failed', 'Only an email address or phone number should be provided on signup.');
    }
    const challenge = readChallenge(pkce);
    if (phone !== '') throw new AuthError('phone_provider_disabled', 'Phone signups are disabled');
    if (!auth.config.email.enable_signup)
      throw new AuthError('email_provider_disabled', 'Email signups are disabled', { status: 400 });
    return signUp(auth, request, { email: readEmail(email), password, data: data ?? {}, challenge });
  });
}

async function signUpAnonymously(auth: Auth, request: FastifyRequest, data: Json): Promise<Json> {
  return transaction(auth.db, async (tx) => {
    const user = await insertUser(tx, { appMetadata: {}, userMetadata: data, isAnonymous: true });
    return openSession(tx, auth.tokens, user, 'anonymous', clientOf(request));
  });
}

interface SignUp {
  email: string;
  password: string;
  data: Json;
  challenge: Challenge | null;
}

async function signUp(auth: Auth, request: FastifyRequest, wish: SignUp): Promise<Json> {
  // Before it is known whether the address is taken, so that the time of the answer does not tell.
  const passwordHash = await hashPassword(auth.db, wish.password, auth.passwordCost);
  const answer = await transaction(auth.db, (tx) => register(auth, tx, request, wish, passwordHash)).catch((error: unknown) => {
    if (isEmailConflict(error)) return null;
    throw error;
  });
  if (answer !== null) return answer;
  if (!auth.config.email.enable_confirmations) throw new AuthError('user_already_exists');
  return pretendedUser(wish);
}

/** Answers null when the address has an account already. */
async function register(
  auth: Auth,
  tx: Queryable,
  request: FastifyRequest,
  wish: SignUp,
  passwordHash: string
): Promise<Json | null> {
  const client = clientOf(request);
  const known = await findUserByEmail(tx, wish.email, { lock: true });
  if (known?.email_confirmed_at) {
    await audit(tx, client.ip, known, 'user_repeated_signup', { provider: 'email' });
    return null;
  }
  if (known === null && (await isEmailTaken(tx, wish.email))) return null;
  // An account that waits to be confirmed was made by or for somebody, who can have it by a mail and not by asking again.
  if (known !== null && !auth.config.email.enable_confirmations) return null;
  const user = known ?? (await createAccount(tx, { email: wish.email, passwordHash, data: wish.data }));
  if (!auth.config.email.enable_confirmations) {
    await audit(tx, client.ip, user, 'user_signedup', { provider: 'email' });
    const confirmed = await confirmAccount(tx, user);
    await audit(tx, client.ip, confirmed, 'login', { provider: 'email' });
    return openSession(tx, auth.tokens, confirmed, 'password', client);
  }
  await audit(tx, client.ip, user, 'user_confirmation_requested', { provider: 'email' });
  if (wish.challenge !== null) await beginFlow(tx, user.id, 'email/signup', wish.challenge);
  await sendConfirmation(auth, tx, user, { redirectTo: redirectOf(auth, request), pkce: wish.challenge !== null });
  return unconfirmedUser(user);
}

function unconfirmedUser(user: User): Json {
  const shown = userJson({ ...user, confirmation_sent_at: new Date() });
  // Whoever signs up with an invited address has not shown that it is theirs.
  return user.invited_at === null ? shown : { ...shown, user_metadata: {}, identities: [] };
}

/** What a new person would see, for an address that has an account: only its mailbox tells the difference. */
function pretendedUser({ email, data }: SignUp): Json {
  const now = new Date();
  return {
    id: randomUUID(),
    aud: AUDIENCE,
    role: '',
    email,
    phone: '',
    confirmation_sent_at: now,
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: data,
    identities: [],
    created_at: now,
    updated_at: now,
    is_anonymous: false
  };
}

/** Two sign-ups with one address at the same moment: the second finds it taken after all. */
const isEmailConflict = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.constraint === 'users_email_partial_key';
