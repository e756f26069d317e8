import { createTransport } from 'nodemailer';
import type { AuthConfig } from '../config.ts';
import { AuthError } from '../errors.ts';
import type { Limits } from '../http/limits.ts';
import type { MailContent } from './mails.ts';

/** A mail that cannot be sent within this time is reported to the person who waits for it. */
const TIMEOUT_MS = 5000;

export interface SmtpServer {
  host: string;
  port: number;
}

export class Mailer {
  readonly #transport;
  readonly #from: { name: string; address: string };
  readonly #limits: Limits;

  /** Mail goes to `server` unless config.toml names one of its own. */
  constructor(server: SmtpServer, config: AuthConfig['email'], limits: Limits) {
    const own = config.smtp?.enabled ? config.smtp : undefined;
    this.#limits = limits;
    this.#from = { name: own?.sender_name || 'Parley', address: own?.admin_email ?? 'no-reply@parley.local' };
    this.#transport = createTransport({
      // A mail server lets a new caller wait before it greets, so connections are kept.
      pool: true,
      host: own?.host ?? server.host,
      port: own?.port ?? server.port,
      secure: own?.port === 465,
      ...(own === undefined ? { ignoreTLS: true } : {}),
      ...(own?.user ? { auth: { user: own.user, pass: own.pass } } : {}),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS
    });
  }

  async send(to: string, content: MailContent): Promise<void> {
    this.#limits.mail();
    try {
      // As an object the address is never read as a list, whatever is in it.
      await this.#transport.sendMail({ from: this.#from, to: { name: '', address: to }, ...content });
    } catch (cause) {
      if ((cause as { code?: string }).code === 'EENVELOPE') {
        throw new AuthError('email_address_invalid', `Email address ${JSON.stringify(to)} is invalid`, { cause });
      }
      throw new AuthError('unexpected_failure', 'Error sending email', { cause });
    }
  }

  close(): void {
    this.#transport.close();
  }
}
