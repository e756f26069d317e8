import { createHash } from 'node:crypto';
import type { Queryable } from '../database.ts';
import { clearOneTimeTokens } from '../proofs/one-time-tokens.ts';
import { endSessions } from '../sessions/sessions.ts';
import { updateUser, type User } from './users.ts';

/** Empties an account and leaves its row, so that what refers to it stays: nobody can enter it or tell whose it was. */
export async function softDelete(tx: Queryable, user: User): Promise<void> {
  const obscure = (text: string | null): string =>
    text === null || text === ''
      ? ''
      : createHash('sha256')
          .update(user.id + text)
          .digest('base64url');
  await updateUser(tx, user.id, {
    email: obscure(user.email),
    email_change: obscure(user.email_change),
    phone: user.phone === null ? null : obscure(user.phone),
    encrypted_password: null,
    confirmation_token: '',
    recovery_token: '',
    email_change_token_current: '',
    email_change_token_new: '',
    phone_change_token: '',
    deleted_at: new Date()
  });
  await tx.query(`update auth.users set raw_user_meta_data = '{}', raw_app_meta_data = '{}' where id = $1`, [user.id]);
  for (const identity of user.identities) {
    await tx.query(`update auth.identities set identity_data = '{}', provider_id = $2, updated_at = now() where id = $1`, [
      identity.id,
      obscure(identity.provider_id)
    ]);
  }
  await clearOneTimeTokens(tx, user.id);
  await endSessions(tx, user.id, 'all');
}
