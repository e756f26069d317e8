/** What a link or code proves, and what follows from it. */
import { confirmVerifiedAccount, reload } from '../accounts/accounts.ts';
import { audit } from '../audit.ts';
import type { Auth } from '../auth.ts';
import type { Queryable } from '../database.ts';
import { agreeToEmailChange } from '../accounts/email-change.ts';
import { AuthError } from '../errors.ts';
import { recordProviders } from '../accounts/identities.ts';
import { clearOneTimeTokens, findOneTimeToken, type TokenType } from './one-time-tokens.ts';
import { hashPassword, unguessablePassword } from './passwords.ts';
import { findUserById, isBanned, updateUser, type User } from '../accounts/users.ts';

const TOKENS = {
  signup: ['confirmation_token'],
  invite: ['confirmation_token'],
  recovery: ['recovery_token'],
  magiclink: ['recovery_token'],
  email: ['confirmation_token', 'recovery_token'],
  email_change: ['email_change_token_current', 'email_change_token_new']
} as const satisfies Record<string, TokenType[]>;

export type VerificationType = keyof typeof TOKENS;

export function readType(type: string): VerificationType {
  if (type === '') throw new AuthError('validation_failed', 'Verify requires a verification type');
  if (!Object.hasOwn(TOKENS, type)) throw new AuthError('validation_failed', 'Invalid email verification type');
  return type as VerificationType;
}

/**
 * Uses up the token with one of these hashes. Answers the account, now confirmed, or null when a change of address waits
 * for the other address.
 */
export async function verify(
  auth: Auth,
  tx: Queryable,
  ip: string,
  type: VerificationType,
  hashes: string[],
  refusal: string
): Promise<User | null> {
  const token = await findOneTimeToken(tx, hashes, [...TOKENS[type]], auth.config.email.otp_expiry);
  const user = token === null ? null : await findUserById(tx, token.userId);
  if (token === null || user === null) throw new AuthError('otp_expired', refusal);
  if (isBanned(user)) throw new AuthError('user_banned');

  const verified = await follow(auth, tx, ip, user, token.type);
  if (verified === null) return null;
  await recordProviders(tx, user.id);
  return reload(tx, user);
}

async function follow(auth: Auth, tx: Queryable, ip: string, user: User, type: TokenType): Promise<User | null> {
  switch (type) {
    case 'confirmation_token':
      return confirm(auth, tx, ip, user);
    case 'recovery_token':
      return signIn(tx, ip, user);
    case 'email_change_token_current':
    case 'email_change_token_new': {
      const changed = await agreeToEmailChange(auth, tx, user, type);
      if (changed !== null) await audit(tx, ip, user, 'user_modified');
      return changed;
    }
    case 'reauthentication_token':
      throw new AuthError('validation_failed', 'Unsupported verification type');
    default: {
      const never: never = type;
      return never;
    }
  }
}

async function confirm(auth: Auth, tx: Queryable, ip: string, user: User): Promise<User> {
  if (!user.encrypted_password && user.invited_at !== null) {
    const hash = await hashPassword(tx, unguessablePassword(), auth.passwordCost);
    await updateUser(tx, user.id, { encrypted_password: hash });
  }
  await audit(tx, ip, user, 'user_signedup', { provider: 'email' });
  return confirmVerifiedAccount(tx, user);
}

/** Who reads the mailbox owns the address, so a link to sign in confirms it too. */
async function signIn(tx: Queryable, ip: string, user: User): Promise<User> {
  await updateUser(tx, user.id, { recovery_token: '' });
  await clearOneTimeTokens(tx, user.id);
  if (user.email_confirmed_at !== null) {
    await audit(tx, ip, user, 'login');
    return user;
  }
  await audit(tx, ip, user, 'user_signedup', { provider: 'email' });
  return confirmVerifiedAccount(tx, user);
}
