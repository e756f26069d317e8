import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { audit } from '../audit.ts';
import type { Auth } from '../auth.ts';
import { queryText } from '../http/body.ts';
import { requireUser, type Session } from '../http/caller.ts';
import { clientOf } from '../http/client.ts';
import { transaction } from '../database.ts';
import { AuthError } from '../errors.ts';
import { endSessions } from '../sessions/sessions.ts';

const scopes = z.enum(['global', 'local', 'others']);

export function logoutRoutes(app: FastifyInstance, auth: Auth): void {
  app.post('/logout', async (request, reply) => {
    const { user, session } = await requireUser(auth, request);
    const wish = queryText(request, 'scope');
    const scope = scopes.safeParse(wish === '' ? 'global' : wish);
    if (!scope.success) throw new AuthError('validation_failed', `Unsupported logout scope ${JSON.stringify(wish)}`);
    await transaction(auth.db, async (tx) => {
      await audit(tx, clientOf(request).ip, user, 'logout');
      await endSessions(tx, user.id, ended(scope.data, session));
    });
    return reply.code(204).send();
  });
}

function ended(scope: z.infer<typeof scopes>, session: Session | null): Parameters<typeof endSessions>[2] {
  if (session === null || scope === 'global') return 'all';
  return scope === 'local' ? { only: session.id } : { except: session.id };
}
