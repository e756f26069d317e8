/** Requests for a mail. The answer is the same whether or not the address has an account. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createAccount } from '../accounts/accounts.ts';
import { audit } from '../audit.ts';
import type { Auth } from '../auth.ts';
import { metadata, pkceFields, readBody, readEmail, text } from '../http/body.ts';
import { clientOf } from '../http/client.ts';
import { transaction } from '../database.ts';
import { AuthError } from '../errors.ts';
import { beginFlow, readChallenge, type Challenge } from '../proofs/flow-state.ts';
import type { Json } from '../json.ts';
import { sendConfirmation, sendEmailChange, sendMagicLink, sendRecovery } from '../letters/letters.ts';
import { redirectOf } from '../letters/redirect-wish.ts';
import { findUserByEmail } from '../accounts/users.ts';

const recoverBody = z.object({ email: text, ...pkceFields });
const resendBody = z.object({ type: text, email: text, phone: text, ...pkceFields });
const otpBody = z.object({
  email: text,
  phone: text,
  channel: text,
  data: metadata,
  create_user: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
  ...pkceFields
});

export function mailRoutes(app: FastifyInstance, auth: Auth): void {
  app.post('/recover', async (request) => {
    auth.limits.signIn(clientOf(request).ip);
    const { email, ...pkce } = readBody(request, recoverBody);
    if (email === '') throw new AuthError('validation_failed', 'Password recovery requires an email');
    await recover(auth, request, readEmail(email), readChallenge(pkce));
    return {};
  });

  app.post('/otp', async (request) => {
    auth.limits.signIn(clientOf(request).ip);
    const { email, phone, channel, data, create_user, ...pkce } = readBody(request, otpBody);
    if (email !== '' && phone !== '') {
      throw new AuthError('validation_failed', 'Only an email address or phone number should be provided');
    }
    if (email !== '' && channel !== '')
      throw new AuthError('validation_failed', 'Channel should only be specified with Phone OTP');
    if (phone !== '') throw new AuthError('phone_provider_disabled', 'Unsupported phone provider');
    if (email === '') throw new AuthError('validation_failed', 'One of email or phone must be set');
    const wish = { email: readEmail(email), data: data ?? {}, challenge: readChallenge(pkce) };
    if (!create_user && (await findUserByEmail(auth.db, wish.email)) === null) throw new AuthError('otp_disabled');
    await signInByMail(auth, request, wish);
    return {};
  });

  app.post('/magiclink', async (request) => {
    auth.limits.signIn(clientOf(request).ip);
    const { email, data, ...pkce } = readBody(request, otpBody);
    await signInByMail(auth, request, { email: readEmail(email), data: data ?? {}, challenge: readChallenge(pkce) });
    return {};
  });

  app.post('/resend', async (request) => {
    auth.limits.signIn(clientOf(request).ip);
    const { type, email, phone, ...pkce } = readBody(request, resendBody);
    if (type !== 'signup' && type !== 'email_change') {
      throw new AuthError('validation_failed', 'Missing one of these types: signup, email_change, sms, phone_change');
    }
    if (phone !== '') throw new AuthError('phone_provider_disabled');
    if (email === '') throw new AuthError('validation_failed', 'Type provided requires an email address');
    await resend(auth, request, type, readEmail(email), readChallenge(pkce));
    return {};
  });
}

async function recover(auth: Auth, request: FastifyRequest, email: string, challenge: Challenge | null): Promise<void> {
  await transaction(auth.db, async (tx) => {
    const user = await findUserByEmail(tx, email, { lock: true });
    if (user === null) return;
    if (challenge !== null) await beginFlow(tx, user.id, 'recovery', challenge);
    await audit(tx, clientOf(request).ip, user, 'user_recovery_requested');
    await sendRecovery(auth, tx, user, { redirectTo: redirectOf(auth, request), pkce: challenge !== null });
  });
}

interface MailSignIn {
  email: string;
  data: Json;
  challenge: Challenge | null;
}

/** A link and a code to sign in with; to sign up with, for an address without an account. */
async function signInByMail(auth: Auth, request: FastifyRequest, { email, data, challenge }: MailSignIn): Promise<void> {
  const { ip } = clientOf(request);
  const link = { redirectTo: redirectOf(auth, request), pkce: challenge !== null };
  await transaction(auth.db, async (tx) => {
    const known = await findUserByEmail(tx, email, { lock: true });
    if (known === null) {
      if (!auth.config.enable_signup) throw new AuthError('signup_disabled');
      if (!auth.config.email.enable_signup)
        throw new AuthError('email_provider_disabled', 'Email signups are disabled', { status: 400 });
    }
    const user = known ?? (await createAccount(tx, { email, data }));
    if (user.email_confirmed_at === null && auth.config.email.enable_confirmations) {
      await audit(tx, ip, user, 'user_confirmation_requested', { provider: 'email' });
      if (challenge !== null) await beginFlow(tx, user.id, 'email/signup', challenge);
      return sendConfirmation(auth, tx, user, link);
    }
    if (challenge !== null) await beginFlow(tx, user.id, 'magiclink', challenge);
    await audit(tx, ip, user, 'user_recovery_requested');
    await sendMagicLink(auth, tx, user, link);
  });
}

async function resend(
  auth: Auth,
  request: FastifyRequest,
  type: 'signup' | 'email_change',
  email: string,
  challenge: Challenge | null
): Promise<void> {
  const link = { redirectTo: redirectOf(auth, request), pkce: challenge !== null };
  await transaction(auth.db, async (tx) => {
    const user = await findUserByEmail(tx, email, { lock: true });
    if (user === null) return;
    if (type === 'signup') {
      if (user.email_confirmed_at !== null) return;
      await audit(tx, clientOf(request).ip, user, 'user_confirmation_requested');
      if (challenge !== null) await beginFlow(tx, user.id, 'email/signup', challenge);
      await sendConfirmation(auth, tx, user, link);
    } else if (user.email_change) {
      if (challenge !== null) await beginFlow(tx, user.id, 'email_change', challenge);
      await sendEmailChange(auth, tx, user, user.email_change, link);
    }
  });
}
