/** Making and confirming accounts that sign in by e-mail. */
import type { Queryable } from '../database.ts';
import { addEmailIdentity, markEmailVerified } from './identities.ts';
import type { Json } from '../json.ts';
import { clearOneTimeTokens } from '../proofs/one-time-tokens.ts';
import { findUserById, insertUser, mergeMetadata, updateUser, type NewUser, type User } from './users.ts';

export interface NewAccount extends Pick<NewUser, 'id' | 'aud' | 'role' | 'passwordHash'> {
  email: string;
  data: Json;
  appMetadata?: Json;
}

export async function createAccount(tx: Queryable, { data, appMetadata, ...account }: NewAccount): Promise<User> {
  const user = await insertUser(tx, {
    ...account,
    appMetadata: { ...appMetadata, provider: 'email', providers: ['email'] },
    userMetadata: data
  });
  await addEmailIdentity(tx, user, account.email, data);
  return reload(tx, user);
}

/** The address is the person's. Every link and code sent before has served its purpose. */
export async function confirmAccount(tx: Queryable, user: User): Promise<User> {
  await updateUser(tx, user.id, { confirmation_token: '', email_confirmed_at: new Date() });
  await mergeMetadata(tx, user.id, 'raw_user_meta_data', { email_verified: true });
  await clearOneTimeTokens(tx, user.id);
  return reload(tx, user);
}

/** As `confirmAccount`, where the person has shown it by a link or code. */
export async function confirmVerifiedAccount(tx: Queryable, user: User): Promise<User> {
  await markEmailVerified(tx, user);
  return confirmAccount(tx, user);
}

/** Reads an account again, with what triggers and other statements have made of it. */
export async function reload(tx: Queryable, user: User): Promise<User> {
  const current = await findUserById(tx, user.id);
  if (current === null) throw new Error(`Account ${user.id} vanished during its own transaction`);
  return current;
}
