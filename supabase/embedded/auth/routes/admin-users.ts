import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { confirmAccount, createAccount, reload } from '../accounts/accounts.ts';
import { audit } from '../audit.ts';
import type { Auth } from '../auth.ts';
import { flag, metadata, readBody, readEmail, text } from '../http/body.ts';
import { requireAdmin } from '../http/caller.ts';
import { clientOf } from '../http/client.ts';
import { transaction } from '../database.ts';
import { parseDuration } from '../duration.ts';
import { AuthError } from '../errors.ts';
import { setEmailIdentity } from '../accounts/identities.ts';
import type { Json } from '../json.ts';
import { replacePassword } from '../proofs/password-change.ts';
import { checkStrength, hashPassword, isBcryptHash, unguessablePassword } from '../proofs/passwords.ts';
import { softDelete } from '../accounts/soft-delete.ts';
import { userJson } from '../accounts/user-json.ts';
import { findUserById, isEmailTaken, mergeMetadata, updateUser, type User } from '../accounts/users.ts';

const body = z.object({
  id: text,
  aud: text,
  role: text,
  email: text,
  phone: text,
  password: text,
  password_hash: text,
  email_confirm: flag,
  user_metadata: metadata,
  app_metadata: metadata,
  ban_duration: text
});
const deletion = z.object({ should_soft_delete: flag });
const uuid = z.guid();

export function adminUserRoutes(app: FastifyInstance, auth: Auth): void {
  app.post('/admin/users', async (request) => create(auth, request));
  app.get<WithId>('/admin/users/:id', async (request) => {
    await requireAdmin(auth, request);
    return userJson(await loadUser(auth, request));
  });
  app.put<WithId>('/admin/users/:id', async (request) => update(auth, request));
  app.delete<WithId>('/admin/users/:id', async (request) => remove(auth, request));
}

interface WithId {
  Params: { id: string };
}

async function loadUser(auth: Auth, request: FastifyRequest<WithId>): Promise<User> {
  if (!uuid.safeParse(request.params.id).success) {
    throw new AuthError('validation_failed', 'user_id must be an UUID', { status: 404 });
  }
  const user = await findUserById(auth.db, request.params.id);
  if (user === null) throw new AuthError('user_not_found');
  return user;
}

async function create(auth: Auth, request: FastifyRequest): Promise<Json> {
  const admin = await requireAdmin(auth, request);
  const wish = readBody(request, body);
  if (wish.phone !== '') throw new AuthError('phone_provider_disabled');
  if (wish.email === '') throw new AuthError('validation_failed', 'Cannot create a user without either an email or phone');
  const email = readEmail(wish.email);
  if (wish.id !== '' && !uuid.safeParse(wish.id).success) {
    throw new AuthError('validation_failed', 'ID must conform to the uuid v4 format');
  }
  const bannedUntil = readBan(wish.ban_duration);
  if (await isEmailTaken(auth.db, email)) throw new AuthError('email_exists');
  const passwordHash = await readPassword(auth, wish.password, wish.password_hash);

  return transaction(auth.db, async (tx): Promise<Json> => {
    let user = await createAccount(tx, {
      ...(wish.id === '' ? {} : { id: wish.id }),
      ...(wish.aud === '' ? {} : { aud: wish.aud }),
      ...(wish.role === '' ? {} : { role: wish.role }),
      email,
      passwordHash,
      data: wish.user_metadata ?? {}
    });
    await audit(tx, clientOf(request).ip, admin, 'user_signedup', { user_id: user.id, user_email: email, provider: 'email' });
    if (wish.app_metadata !== null) await mergeMetadata(tx, user.id, 'raw_app_meta_data', wish.app_metadata);
    if (wish.email_confirm) user = await confirmAccount(tx, user);
    if (bannedUntil !== undefined) user = await updateUser(tx, user.id, { banned_until: bannedUntil });
    return userJson(await reload(tx, user));
  });
}

async function readPassword(auth: Auth, password: string, hash: string): Promise<string> {
  if (password !== '' && hash !== '')
    throw new AuthError('validation_failed', 'Only a password or a password hash should be provided');
  if (hash !== '') {
    if (!isBcryptHash(hash)) throw new AuthError('validation_failed', 'The password hash is not one of bcrypt');
    return hash;
  }
  if (password !== '') checkStrength(auth.config, password);
  return hashPassword(auth.db, password === '' ? unguessablePassword() : password, auth.passwordCost);
}

async function update(auth: Auth, request: FastifyRequest<WithId>): Promise<Json> {
  const admin = await requireAdmin(auth, request);
  const user = await loadUser(auth, request);
  const wish = readBody(request, body);
  if (wish.phone !== '') throw new AuthError('phone_provider_disabled');
  const email = wish.email === '' ? null : readEmail(wish.email);
  const bannedUntil = readBan(wish.ban_duration);
  if (email !== null && (await isEmailTaken(auth.db, email, user.id))) throw new AuthError('email_exists');
  const passwordHash = wish.password === '' ? null : await readPassword(auth, wish.password, '');

  return transaction(auth.db, async (tx): Promise<Json> => {
    if (passwordHash !== null) await replacePassword(tx, user, passwordHash, null);
    if (wish.email_confirm) await confirmAccount(tx, user);
    if (email !== null) {
      await setEmailIdentity(tx, user, email, wish.email_confirm);
      await updateUser(tx, user.id, { email, ...(user.is_anonymous && wish.email_confirm ? { is_anonymous: false } : {}) });
    }
    if (wish.role !== '') await updateUser(tx, user.id, { role: wish.role });
    if (wish.app_metadata !== null) await mergeMetadata(tx, user.id, 'raw_app_meta_data', wish.app_metadata);
    if (wish.user_metadata !== null) await mergeMetadata(tx, user.id, 'raw_user_meta_data', wish.user_metadata);
    if (bannedUntil !== undefined) await updateUser(tx, user.id, { banned_until: bannedUntil });
    await audit(tx, clientOf(request).ip, admin, 'user_modified', { user_id: user.id, user_email: user.email ?? '' });
    return userJson(await reload(tx, user));
  });
}

/** Until when, null for "none", undefined when nothing is said. */
function readBan(duration: string): Date | null | undefined {
  if (duration === '') return undefined;
  const ms = duration === 'none' ? 0 : parseDuration(duration);
  if (ms === null) throw new AuthError('validation_failed', `invalid format for ban duration: ${JSON.stringify(duration)}`);
  const until = new Date(Date.now() + ms);
  if (Number.isNaN(until.getTime())) throw new AuthError('validation_failed', 'ban duration is too long');
  return ms === 0 ? null : until;
}

async function remove(auth: Auth, request: FastifyRequest<WithId>): Promise<Json> {
  const admin = await requireAdmin(auth, request);
  const user = await loadUser(auth, request);
  const softly = request.body === undefined || request.body === '' ? false : readBody(request, deletion).should_soft_delete;
  await transaction(auth.db, async (tx) => {
    await audit(tx, clientOf(request).ip, admin, 'user_deleted', { user_id: user.id, user_email: user.email ?? '' });
    if (!softly) await tx.query('delete from auth.users where id = $1', [user.id]);
    else if (user.deleted_at === null) await softDelete(tx, user);
  });
  return {};
}
