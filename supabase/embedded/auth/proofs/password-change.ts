import type { Queryable } from '../database.ts';
import { clearOneTimeTokens } from './one-time-tokens.ts';
import { endSessions } from '../sessions/sessions.ts';
import { updateUser, type User } from '../accounts/users.ts';

/**
 * Stores a new password. Whoever knew the old one may have asked for links and opened sessions: those end, except the
 * session that changes it.
 */
export async function replacePassword(
  tx: Queryable,
  user: User,
  passwordHash: string,
  own: { id: string } | null
): Promise<void> {
  await updateUser(tx, user.id, {
    encrypted_password: passwordHash,
    confirmation_token: '',
    confirmation_sent_at: null,
    recovery_token: '',
    recovery_sent_at: null,
    email_change_token_current: '',
    email_change_token_new: '',
    email_change_sent_at: null,
    phone_change_token: '',
    phone_change_sent_at: null,
    reauthentication_token: '',
    reauthentication_sent_at: null
  });
  await clearOneTimeTokens(tx, user.id);
  await endSessions(tx, user.id, own === null ? 'all' : { except: own.id });
}
