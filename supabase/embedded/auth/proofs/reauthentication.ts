import type { Auth } from '../auth.ts';
import type { Queryable } from '../database.ts';
import { AuthError } from '../errors.ts';
import { clearOneTimeToken, findOneTimeToken, hashCode } from './one-time-tokens.ts';
import { updateUser, type User } from '../accounts/users.ts';

/** Takes the code that was mailed to the person; refuses without one, or with a wrong one. */
export async function checkReauthentication(auth: Auth, tx: Queryable, user: User, nonce: string): Promise<void> {
  if (nonce === '') throw new AuthError('reauthentication_needed');
  const hash = hashCode(user.email ?? '', nonce);
  const found = await findOneTimeToken(tx, [hash], ['reauthentication_token'], auth.config.email.otp_expiry);
  if (found?.userId !== user.id) throw new AuthError('reauthentication_not_valid');
  await updateUser(tx, user.id, { reauthentication_token: '' });
  await clearOneTimeToken(tx, user.id, 'reauthentication_token');
}
