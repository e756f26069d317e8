import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { reload } from '../accounts/accounts.ts';
import { audit } from '../audit.ts';
import type { Auth } from '../auth.ts';
import { metadata, pkceFields, readBody, readEmail, text } from '../http/body.ts';
import { requireUser, type Caller } from '../http/caller.ts';
import { clientOf } from '../http/client.ts';
import { transaction, type Queryable } from '../database.ts';
import { completeEmailChange } from '../accounts/email-change.ts';
import { AuthError } from '../errors.ts';
import { beginFlow, readChallenge } from '../proofs/flow-state.ts';
import type { Json } from '../json.ts';
import { sendEmailChange } from '../letters/letters.ts';
import { replacePassword } from '../proofs/password-change.ts';
import { checkStrength, hashPassword, passwordMatches } from '../proofs/passwords.ts';
import { redirectOf } from '../letters/redirect-wish.ts';
import { checkReauthentication } from '../proofs/reauthentication.ts';
import { userJson } from '../accounts/user-json.ts';
import { isEmailTaken, mergeMetadata, updateUser, type User } from '../accounts/users.ts';

const body = z.object({
  email: text,
  phone: text,
  password: z.string().nullish(),
  nonce: text,
  data: metadata,
  app_metadata: metadata,
  ...pkceFields
});

/** A session younger than this has shown who it is recently enough to change the password. */
const RECENT_MS = 24 * 60 * 60_000;

export function userRoutes(app: FastifyInstance, auth: Auth): void {
  app.get('/user', async (request) => userJson((await requireUser(auth, request)).user));

  app.put('/user', async (request) => {
    const client = clientOf(request);
    const caller = await requireUser(auth, request);
    auth.limits.signIn(client.ip);
    const { user } = caller;
    const { phone, password, nonce, data, ...changes } = readBody(request, body);
    if (phone !== '') throw new AuthError('phone_provider_disabled');
    if (changes.app_metadata !== null) throw new AuthError('not_admin', 'Updating app_metadata requires admin privileges');
    const email = changes.email === '' ? '' : readEmail(changes.email);
    const challenge = readChallenge(changes);
    const newEmail = email !== '' && email !== user.email ? email : null;
    if (newEmail !== null && (await isEmailTaken(auth.db, newEmail, user.id))) throw new AuthError('email_exists');
    if (password != null && user.is_anonymous && newEmail === null) {
      const message = 'Updating password of an anonymous user without an email or phone is not allowed';
      throw new AuthError('validation_failed', message, { status: 422 });
    }
    const passwordHash = password == null ? null : await hashNewPassword(auth, user, password);

    return transaction(auth.db, async (tx): Promise<Json> => {
      if (passwordHash !== null) {
        if (needsReauthentication(auth, caller)) await checkReauthentication(auth, tx, user, nonce);
        await replacePassword(tx, user, passwordHash, caller.session);
        await audit(tx, client.ip, user, 'user_updated_password');
      }
      if (data !== null) await mergeMetadata(tx, user.id, 'raw_user_meta_data', data);
      if (newEmail !== null) {
        if (user.is_anonymous && !auth.config.email.enable_confirmations) await adoptEmail(tx, user, newEmail);
        else {
          if (challenge !== null) await beginFlow(tx, user.id, 'email_change', challenge);
          await sendEmailChange(auth, tx, user, newEmail, { redirectTo: redirectOf(auth, request), pkce: challenge !== null });
        }
      }
      await audit(tx, client.ip, user, 'user_modified');
      return userJson(await reload(tx, user));
    });
  });
}

async function hashNewPassword(auth: Auth, user: User, password: string): Promise<string> {
  checkStrength(auth.config, password);
  if (await passwordMatches(auth.db, password, user.encrypted_password, auth.passwordCost)) throw new AuthError('same_password');
  return hashPassword(auth.db, password, auth.passwordCost);
}

function needsReauthentication(auth: Auth, { session }: Caller): boolean {
  if (!auth.config.email.secure_password_change) return false;
  return session === null || session.created_at.getTime() + RECENT_MS < Date.now();
}

/** An anonymous person who gives an address signs up with it, where sign-ups need no confirmation. */
async function adoptEmail(tx: Queryable, user: User, email: string): Promise<void> {
  const asked = await updateUser(tx, user.id, { email_change: email });
  await completeEmailChange(tx, asked);
}
