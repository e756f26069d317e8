import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createAccount, reload } from '../accounts/accounts.ts';
import { audit, type Actor } from '../audit.ts';
import type { Auth } from '../auth.ts';
import { metadata, readBody, readEmail, text } from '../http/body.ts';
import { requireAdmin } from '../http/caller.ts';
import { clientOf } from '../http/client.ts';
import { transaction, type Queryable } from '../database.ts';
import { AuthError } from '../errors.ts';
import type { Json } from '../json.ts';
import { actionLink, sendInvite, type LinkType } from '../letters/letters.ts';
import { issueOneTimeToken, type TokenType } from '../proofs/one-time-tokens.ts';
import { checkStrength, hashPassword } from '../proofs/passwords.ts';
import { redirectOf } from '../letters/redirect-wish.ts';
import { userJson } from '../accounts/user-json.ts';
import { findUserByEmail, isEmailTaken, mergeMetadata, updateUser, type User } from '../accounts/users.ts';

const inviteBody = z.object({ email: text, data: metadata });
const linkTypes = z.enum(['signup', 'invite', 'magiclink', 'recovery', 'email_change_current', 'email_change_new']);
const linkBody = z.object({ type: text, email: text, new_email: text, password: text, data: metadata, redirect_to: text });

export function adminLinkRoutes(app: FastifyInstance, auth: Auth): void {
  app.post('/invite', async (request) => {
    const admin = await requireAdmin(auth, request);
    const { email: wish, data } = readBody(request, inviteBody);
    const email = readEmail(wish);
    return transaction(auth.db, async (tx): Promise<Json> => {
      const user = await invited(tx, email, data ?? {});
      await audit(tx, clientOf(request).ip, admin, 'user_invited', { user_id: user.id, user_email: email });
      await sendInvite(auth, tx, user, redirectOf(auth, request));
      return userJson(await reload(tx, user));
    });
  });

  app.post('/admin/generate_link', async (request) => generateLink(auth, request, await requireAdmin(auth, request)));
}

/** The account of an invitation: a new one, or one that was never confirmed. */
async function invited(tx: Queryable, email: string, data: Json): Promise<User> {
  const user = await findUserByEmail(tx, email, { lock: true });
  if (user?.email_confirmed_at || (user === null && (await isEmailTaken(tx, email)))) throw new AuthError('email_exists');
  return user ?? createAccount(tx, { email, data });
}

type LinkWish = Omit<z.output<typeof linkBody>, 'type'> & { type: z.infer<typeof linkTypes>; passwordHash: string };

/** A link to hand over by other means than this server's mails, with its code. */
async function generateLink(auth: Auth, request: FastifyRequest, admin: Actor): Promise<Json> {
  const body = readBody(request, linkBody);
  const email = readEmail(body.email);
  const type = linkTypes.safeParse(body.type);
  if (!type.success) throw new AuthError('validation_failed', `Invalid email action link type requested: ${body.type}`);
  const redirectTo = auth.redirects.isAllowed(body.redirect_to) ? body.redirect_to : redirectOf(auth, request);
  const passwordHash = await signUpPassword(auth, type.data, email, body.password);

  return transaction(auth.db, async (tx): Promise<Json> => {
    const { user, token, link, shown } = await prepare(auth, tx, { ...body, email, type: type.data, passwordHash });
    const action =
      shown === 'invite' ? 'user_invited' : link === 'recovery' || link === 'magiclink' ? 'user_recovery_requested' : null;
    if (action !== null) await audit(tx, clientOf(request).ip, admin, action, { user_id: user.id, user_email: email });
    const issued = await issueOneTimeToken(tx, user, token.type, { email: token.email, length: auth.config.email.otp_length });
    return {
      ...userJson(await reload(tx, user)),
      action_link: actionLink(auth, issued.hash, link, redirectTo),
      email_otp: issued.code,
      hashed_token: issued.hash,
      verification_type: shown,
      redirect_to: redirectTo
    };
  });
}

/** A link to sign up comes with the password of the new account. */
async function signUpPassword(auth: Auth, type: LinkWish['type'], email: string, password: string): Promise<string> {
  if (type !== 'signup' || (await findUserByEmail(auth.db, email)) !== null) return '';
  if (password === '') throw new AuthError('validation_failed', 'Signup requires a valid password');
  checkStrength(auth.config, password);
  return hashPassword(auth.db, password, auth.passwordCost);
}

interface Prepared {
  user: User;
  token: { type: TokenType; email: string };
  link: LinkType;
  /** The type that the answer names. */
  shown: string;
}

async function prepare(auth: Auth, tx: Queryable, wish: LinkWish): Promise<Prepared> {
  const known = await findUserByEmail(tx, wish.email, { lock: true });
  // A link to sign in, for an address without an account, is one to sign up.
  const type = wish.type === 'magiclink' && known === null ? 'signup' : wish.type;
  switch (type) {
    case 'invite': {
      const user = await invited(tx, wish.email, wish.data ?? {});
      await updateUser(tx, user.id, { invited_at: new Date() });
      return { user, token: { type: 'confirmation_token', email: wish.email }, link: 'invite', shown: type };
    }
    case 'signup': {
      const user = await signedUp(tx, known, wish);
      return { user, token: { type: 'confirmation_token', email: wish.email }, link: 'signup', shown: type };
    }
    case 'magiclink':
    case 'recovery':
      return { user: mustExist(known), token: { type: 'recovery_token', email: wish.email }, link: type, shown: type };
    case 'email_change_current':
    case 'email_change_new':
      return changingEmail(auth, tx, mustExist(known), type, wish);
    default: {
      const never: never = type;
      return never;
    }
  }
}

async function signedUp(tx: Queryable, known: User | null, wish: LinkWish): Promise<User> {
  if (known?.email_confirmed_at || (known === null && (await isEmailTaken(tx, wish.email)))) throw new AuthError('email_exists');
  if (known === null) return createAccount(tx, { email: wish.email, passwordHash: wish.passwordHash, data: wish.data ?? {} });
  if (wish.data !== null) await mergeMetadata(tx, known.id, 'raw_user_meta_data', wish.data);
  return known;
}

function mustExist(user: User | null): User {
  if (user === null) throw new AuthError('user_not_found', 'User with this email not found');
  return user;
}

async function changingEmail(
  auth: Auth,
  tx: Queryable,
  user: User,
  type: 'email_change_current' | 'email_change_new',
  wish: LinkWish
): Promise<Prepared> {
  if (type === 'email_change_current' && !auth.config.email.double_confirm_changes) {
    throw new AuthError('validation_failed', 'Enable secure email change to generate link for current email');
  }
  const newEmail = readEmail(wish.new_email);
  if (await isEmailTaken(tx, newEmail, user.id)) throw new AuthError('email_exists');
  await updateUser(tx, user.id, { email_change: newEmail, email_change_confirm_status: 0 });
  const token: Prepared['token'] =
    type === 'email_change_current'
      ? { type: 'email_change_token_current', email: wish.email }
      : { type: 'email_change_token_new', email: newEmail };
  return { user, token, link: 'email_change', shown: type };
}
