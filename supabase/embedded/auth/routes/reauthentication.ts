import type { FastifyInstance } from 'fastify';
import { audit } from '../audit.ts';
import type { Auth } from '../auth.ts';
import { requireUser } from '../http/caller.ts';
import { clientOf } from '../http/client.ts';
import { transaction } from '../database.ts';
import { AuthError } from '../errors.ts';
import { sendReauthentication } from '../letters/letters.ts';

export function reauthenticationRoutes(app: FastifyInstance, auth: Auth): void {
  app.get('/reauthenticate', async (request) => {
    const client = clientOf(request);
    const { user } = await requireUser(auth, request);
    auth.limits.signIn(client.ip);
    if (user.email === null || user.email === '') {
      throw new AuthError('validation_failed', 'Reauthentication requires the user to have an email or a phone number');
    }
    if (user.email_confirmed_at === null) {
      throw new AuthError('email_not_confirmed', 'Please verify your email first.', { status: 422 });
    }
    await transaction(auth.db, async (tx) => {
      await audit(tx, client.ip, user, 'user_reauthenticate_requested');
      await sendReauthentication(auth, tx, user);
    });
    return {};
  });
}
