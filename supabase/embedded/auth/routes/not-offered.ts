import type { FastifyInstance } from 'fastify';
import type { Auth } from '../auth.ts';
import { queryText } from '../http/body.ts';
import { requireUser } from '../http/caller.ts';
import { AuthError } from '../errors.ts';

/** What supabase-js can ask for and this server does not do is answered as by a project that has it switched off. */
export function notOfferedRoutes(app: FastifyInstance, auth: Auth): void {
  app.get('/authorize', async (request) => {
    const provider = queryText(request, 'provider');
    throw new AuthError(
      'validation_failed',
      `Unsupported provider: ${provider === '' ? 'provider is missing' : 'provider is not enabled'}`
    );
  });
  app.post('/sso', async () => {
    throw new AuthError('saml_provider_disabled');
  });
  app.get('/user/identities/authorize', async (request) => {
    await requireUser(auth, request);
    throw new AuthError('manual_linking_disabled');
  });
  app.delete('/user/identities/:id', async (request) => {
    await requireUser(auth, request);
    throw new AuthError('manual_linking_disabled');
  });
  app.post('/factors', async (request) => {
    await requireUser(auth, request);
    throw new AuthError('mfa_totp_enroll_not_enabled');
  });
}
