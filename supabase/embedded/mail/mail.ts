/**
 * A mail server that delivers nothing: what Auth sends can be read on a page and by an API, and nobody else's mailbox is
 * ever reached from a project on somebody's machine.
 */
import { startSmtp } from './smtp.ts';
import { MailStore } from './store.ts';
import { createWeb } from './web.ts';

export interface MailOptions {
  smtpPort: number;
  webPort: number;
}

export interface Mail {
  /** Of the page and the API. */
  url: string;
  stop(): Promise<void>;
}

/** @throws with code EADDRINUSE when one of the ports is taken */
export async function startMail({ smtpPort, webPort }: MailOptions): Promise<Mail> {
  const store = new MailStore();
  const smtp = await startSmtp(store, smtpPort);
  const closeSmtp = (): Promise<void> => new Promise((resolve) => smtp.close(resolve));
  const web = createWeb(store);
  try {
    const url = await web.listen({ host: '127.0.0.1', port: webPort });
    return {
      url,
      async stop() {
        await Promise.all([web.close(), closeSmtp()]);
      }
    };
  } catch (error) {
    await closeSmtp();
    throw error;
  }
}
