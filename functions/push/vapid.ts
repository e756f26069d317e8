/** Says to a push service who sends (VAPID, RFC 8292): a token for its origin, signed with the project's key. */
import type { WebPush } from './web-push.ts';

export interface VapidKeys {
  /** The point on P-256 that browsers subscribed with, base64url. */
  publicKey: string;
  privateKey: string;
  /** How a push service reaches the operator: mailto: or https:. */
  subject: string;
}

/** The `Authorization` of a push to an endpoint. */
export type Authorize = (endpoint: URL, now?: number) => string;

/** Half of the longest time that a push service accepts. */
const TOKEN_LASTS_S = 12 * 3600;
/** A token is used for as long as its last hour has not begun; a clock may be wrong by less. */
const RENEWED_BEFORE_S = 3600;

/** @throws when the keys are not set: they are the operator's to give */
export function vapidKeysFromEnvironment(get: (name: string) => string | undefined): VapidKeys {
  const [publicKey, privateKey, subject] = [get('VAPID_PUBLIC_KEY'), get('VAPID_PRIVATE_KEY'), get('VAPID_SUBJECT')];
  if (!publicKey || !privateKey || !subject) {
    throw new Error('VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY and VAPID_SUBJECT are not set: `npm run vapid` has them');
  }
  return { publicKey, privateKey, subject };
}

/** One token serves a push service for hours: signing costs more than the rest of a push. */
export function vapid({ publicKey, privateKey, subject }: VapidKeys, webPush: Pick<WebPush, 'getVapidHeaders'>): Authorize {
  const known = new Map<string, { authorization: string; until: number }>();
  return ({ origin }, now = Date.now()) => {
    const seconds = Math.floor(now / 1000);
    let entry = known.get(origin);
    if (!entry || entry.until - RENEWED_BEFORE_S <= seconds) {
      const until = seconds + TOKEN_LASTS_S;
      const headers = webPush.getVapidHeaders(origin, subject, publicKey, privateKey, 'aes128gcm', until);
      entry = { authorization: headers.Authorization, until };
      known.set(origin, entry);
    }
    return entry.authorization;
  };
}
