import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { parseMessage } from './message.ts';
import type { MailStore } from './store.ts';

const MAX_SIZE = 10 << 20;
/** Callers keep connections for their next mail; they are not waited for. */
const CLOSE_TIMEOUT_MS = 100;

/** Takes every mail for everybody, from this machine only, and delivers none. */
export async function startSmtp(store: MailStore, port: number): Promise<SMTPServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    // Names of callers would be asked of DNS, which costs seconds where there is none.
    disableReverseLookup: true,
    size: MAX_SIZE,
    closeTimeout: CLOSE_TIMEOUT_MS,
    logger: false,
    onData(stream, session, callback) {
      const to = session.envelope.rcptTo.map((recipient) => recipient.address);
      const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
      buffer(stream)
        .then(async (raw) => {
          if (stream.sizeExceeded) return callback(Object.assign(new Error('Message is too large'), { responseCode: 552 }));
          store.add(await parseMessage(randomUUID(), raw, { from, to }));
          callback(null);
        })
        .catch(callback);
    }
  });
  const listening = once(server.server, 'listening');
  const failed = once(server, 'error').then(([error]) => Promise.reject(error));
  server.listen(port, '127.0.0.1');
  await Promise.race([listening, failed]);
  failed.catch(() => {});
  // A caller that hangs up in the middle is no reason to end.
  server.on('error', () => {});
  return server;
}
