/** Auth with the API of Supabase's (GoTrue), for supabase-js and for plain HTTP: register it under the prefix /auth/v1. */
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { createAuth, type Auth, type AuthOptions } from './auth.ts';
import { replyWithError } from './http/error-response.ts';
import { AuthError } from './errors.ts';
import { adminLinkRoutes } from './routes/admin-links.ts';
import { adminUserListRoutes } from './routes/admin-user-list.ts';
import { adminUserRoutes } from './routes/admin-users.ts';
import { informationRoutes } from './routes/information.ts';
import { logoutRoutes } from './routes/logout.ts';
import { mailRoutes } from './routes/mail.ts';
import { notOfferedRoutes } from './routes/not-offered.ts';
import { reauthenticationRoutes } from './routes/reauthentication.ts';
import { signupRoutes } from './routes/signup.ts';
import { tokenRoutes } from './routes/token.ts';
import { userRoutes } from './routes/user.ts';
import { verifyRoutes } from './routes/verify.ts';

export type { AuthOptions } from './auth.ts';

const BODY_LIMIT_BYTES = 1 << 20;

const ROUTES: ((app: FastifyInstance, auth: Auth) => void)[] = [
  informationRoutes,
  signupRoutes,
  tokenRoutes,
  logoutRoutes,
  userRoutes,
  mailRoutes,
  verifyRoutes,
  reauthenticationRoutes,
  adminUserListRoutes,
  adminUserRoutes,
  adminLinkRoutes,
  notOfferedRoutes
];

export const auth: FastifyPluginAsync<AuthOptions> = async (app, options) => {
  const service = createAuth(options);
  app.addHook('onClose', async () => {
    service.mailer.close();
    await service.db.end();
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES },
    async (_request: unknown, body: string | Buffer) => body
  );
  // RFC 6749, 5.1: answers hold tokens and what is known of a person.
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.setErrorHandler(replyWithError);
  app.setNotFoundHandler(() => {
    throw new AuthError('not_found');
  });
  for (const routes of ROUTES) routes(app, service);
};
