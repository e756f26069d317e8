import { confirmAccount, reload } from './accounts.ts';
import type { Auth } from '../auth.ts';
import type { Queryable } from '../database.ts';
import { AuthError } from '../errors.ts';
import { recordProviders, setEmailIdentity } from './identities.ts';
import { clearOneTimeToken, clearOneTimeTokens, type TokenType } from '../proofs/one-time-tokens.ts';
import { updateUser, type User } from './users.ts';

/**
 * One of the two addresses agrees. Answers null while the other one has yet to.
 * Where sign-ups need no confirmation, neither do changes need two.
 */
export async function agreeToEmailChange(auth: Auth, tx: Queryable, user: User, type: TokenType): Promise<User | null> {
  const { double_confirm_changes: double, enable_confirmations: confirmations } = auth.config.email;
  const isFirst = user.email_change_confirm_status === 0;
  if (double && confirmations && isFirst && user.email !== null && user.email !== '') {
    await clearOneTimeToken(tx, user.id, type);
    await updateUser(tx, user.id, { email_change_confirm_status: 1, [type]: '' });
    return null;
  }
  return completeEmailChange(tx, user);
}

/** Makes the address that was asked for the account's own. */
export async function completeEmailChange(tx: Queryable, user: User): Promise<User> {
  const email = user.email_change ?? '';
  if (email === '') throw new AuthError('otp_expired');
  await setEmailIdentity(tx, user, email, true);
  const changed = await updateUser(tx, user.id, {
    email,
    email_change: '',
    email_change_token_new: '',
    email_change_token_current: '',
    email_change_confirm_status: 0,
    is_anonymous: false
  });
  await clearOneTimeTokens(tx, user.id);
  await recordProviders(tx, user.id);
  return changed.email_confirmed_at === null ? confirmAccount(tx, changed) : reload(tx, changed);
}
