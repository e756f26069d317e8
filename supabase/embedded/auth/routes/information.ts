import type { FastifyInstance } from 'fastify';
import type { Auth } from '../auth.ts';

export function informationRoutes(app: FastifyInstance, auth: Auth): void {
  app.get('/health', async () => {
    await auth.db.query('select');
    return { name: 'GoTrue', version: 'parley', description: 'GoTrue is a user registration and authentication API' };
  });

  app.get('/settings', async () => ({
    external: { email: auth.config.email.enable_signup, phone: false, anonymous_users: auth.config.enable_anonymous_sign_ins },
    disable_signup: !auth.config.enable_signup,
    mailer_autoconfirm: !auth.config.email.enable_confirmations,
    phone_autoconfirm: false,
    sms_provider: '',
    saml_enabled: false,
    passkeys_enabled: false
  }));

  // Tokens are signed with a shared secret, which is nobody's to know: clients check them by asking /user.
  app.get('/.well-known/jwks.json', async () => ({ keys: [] }));
}
