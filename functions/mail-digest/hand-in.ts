/**
 * Hands mails in: to an e-mail service by HTTP, in the form of Resend and those that follow it, or to a mail server by SMTP. Edge
 * Functions of the hosted platform reach no mail server, so that SMTP is for the mail catcher and for whoever hosts it all.
 */
import type { Mail } from './compose.ts';

export type Outcome = { kind: 'sent' } | { kind: 'failed'; error: string; retryAfterS: number | null; isFinal: boolean };

/** @param key names the mail, so that a service which knows such keys sends it once */
export type HandIn = (mail: Mail, key: string) => Promise<Outcome>;

export interface HttpService {
  url: string;
  apiKey: string;
  from: string;
}

const TIMEOUT_MS = 10_000;

/** Never throws. Source: https://resend.com/docs/api-reference/emails/send-email */
export function byHttp({ url, apiKey, from }: HttpService, fetcher: typeof fetch = fetch, timeoutMs = TIMEOUT_MS): HandIn {
  return async ({ to, subject, text, html, headers }, key) => {
    try {
      const response = await fetcher(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ from, to: [to], subject, text, html, headers }),
        signal: AbortSignal.timeout(timeoutMs)
      });
      const answer = (await response.text()).slice(0, 300);
      if (response.ok) return { kind: 'sent' };
      const seconds = Number(response.headers.get('retry-after'));
      return {
        kind: 'failed',
        error: `Answered ${response.status}: ${answer}`,
        retryAfterS: seconds > 0 ? Math.ceil(seconds) : null,
        // What is wrong with the mail or its address does not change; a key that is wrong can be mended.
        isFinal: response.status === 400 || response.status === 422
      };
    } catch (error) {
      return { kind: 'failed', error: (error as Error).message, retryAfterS: null, isFinal: false };
    }
  };
}

/** What nodemailer's transport has and this needs. */
export interface Transport {
  sendMail(mail: Record<string, unknown>): Promise<unknown>;
}

/** Never throws. */
export function bySmtp(transport: Transport, from: string): HandIn {
  return async ({ to, ...mail }, key) => {
    try {
      // As an object the address is never read as a list, whatever is in it.
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        ...mail,
        messageId: `<${key.replace(/[^\w.-]/g, '.')}@parley>`
      });
      return { kind: 'sent' };
    } catch (error) {
      const { message, responseCode = 0 } = error as Error & { responseCode?: number };
      return { kind: 'failed', error: message, retryAfterS: null, isFinal: responseCode >= 500 };
    }
  };
}
