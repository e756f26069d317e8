/** One push on its way: encrypted, signed for, handed to the push service of whoever subscribed (RFC 8030), and what came of it. */
import { judgedAddress, type Resolve } from '../shared/judged-address.ts';
import { fitted, type Payload } from './payload.ts';
import type { Authorize } from './vapid.ts';
import type { WebPush } from './web-push.ts';

export interface Push {
  subscription: {
    endpoint: string;
    origin: string;
    /** The browser's public key: an uncompressed point on P-256, base64url. */
    p256dh: string;
    /** The secret that it shares with whoever may write to it, 16 bytes, base64url. */
    auth: string;
  };
  /** The operator has said that its host may be inside a network; it may then also use http. */
  may_be_inside: boolean;
  payload: Payload;
  /** What has the same topic and was not delivered yet, it replaces; up to 32 characters of base64url. */
  topic?: string | null;
  urgency: 'very-low' | 'low' | 'normal' | 'high';
  /** For how long the push service keeps it for a device that is off. */
  ttl_s: number;
}

export type Outcome =
  | { kind: 'sent'; status: number }
  /** The subscription is over: the browser has withdrawn it. */
  | { kind: 'gone'; status: number; error: string }
  | { kind: 'failed'; status: number | null; error: string; retryAfterS: number | null };

export interface SendOptions {
  authorize: Authorize;
  webPush: Pick<WebPush, 'encrypt'>;
  timeoutMs?: number;
  fetcher?: typeof fetch;
  resolve?: Resolve;
  now?: () => number;
}

export type Send = (push: Push) => Promise<Outcome>;

const TIMEOUT_MS = 10_000;
/** How long the judgement of a push service's address holds. */
const JUDGED_FOR_MS = 60_000;
const TOO_LARGE = 413;

/** Sends by fetch(), which keeps connections: a handshake for every push would cost more than the push. Never throws. */
export function sender({
  authorize,
  webPush,
  timeoutMs = TIMEOUT_MS,
  fetcher = fetch,
  resolve,
  now = Date.now
}: SendOptions): Send {
  const judged = new Map<string, number>();

  /**
   * Between this and the connection a name may come to mean another address. Then that address has to prove with a certificate
   * that it is the name, which nothing inside a network can, before anything is said to it.
   */
  async function judge(url: URL, mayBeInside: boolean): Promise<void> {
    const asked = `${url.origin} ${mayBeInside}`;
    if ((judged.get(asked) ?? 0) > now()) return;
    await judgedAddress(url, mayBeInside, resolve);
    judged.set(asked, now() + JUDGED_FOR_MS);
  }

  async function post({ subscription, may_be_inside, payload, topic, urgency, ttl_s }: Push): Promise<Outcome> {
    const content = fitted(payload);
    if (!content)
      return { kind: 'failed', status: TOO_LARGE, error: 'It is too large, however its texts are cut', retryAfterS: null };
    const url = new URL(subscription.endpoint);
    await judge(url, may_be_inside);
    const response = await fetcher(url, {
      method: 'POST',
      headers: {
        authorization: authorize(url, now()),
        'content-type': 'application/octet-stream',
        'content-encoding': 'aes128gcm',
        ttl: String(ttl_s),
        urgency,
        ...(topic ? { topic } : {})
      },
      body: new Uint8Array(webPush.encrypt(subscription.p256dh, subscription.auth, content, 'aes128gcm').cipherText),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs)
    });
    await response.body?.cancel();
    return judgedAnswer(response, now());
  }

  return async (push) => {
    try {
      return await post(push);
    } catch (error) {
      const { name, message } = error as Error;
      const why = name === 'TimeoutError' ? `No answer within ${timeoutMs} ms` : message;
      return { kind: 'failed', status: null, error: why, retryAfterS: null };
    }
  };
}

function judgedAnswer({ status, headers }: Response, now: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'sent', status };
  const error = status >= 300 && status < 400 ? `Redirects are not followed (${status})` : `Answered ${status}`;
  if (status === 404 || status === 410) return { kind: 'gone', status, error };
  return { kind: 'failed', status, error, retryAfterS: secondsOf(headers.get('retry-after'), now) };
}

/** `Retry-After` is a number of seconds or a date. Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function secondsOf(retryAfter: string | null, now: number): number | null {
  if (retryAfter === null) return null;
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : Math.ceil((Date.parse(retryAfter) - now) / 1000);
  return seconds > 0 ? seconds : null;
}
