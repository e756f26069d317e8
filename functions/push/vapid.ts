/** Says to a push service who sends (VAPID, RFC 8292): a token for its origin, signed with the project's key. */
import { fromBase64url, type Key, toBase64url } from './encrypt.ts';

export interface VapidKeys {
  /** The point on P-256 that browsers subscribed with, base64url. */
  publicKey: string;
  privateKey: string;
  /** How a push service reaches the operator: mailto: or https:. */
  subject: string;
}

/** The `Authorization` of a push to an endpoint. */
export type Authorize = (endpoint: URL, now?: number) => Promise<string>;

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
export function vapid({ publicKey, privateKey, subject }: VapidKeys): Authorize {
  const point = fromBase64url(publicKey);
  const key = crypto.subtle.importKey(
    'jwk',
    { kty: 'EC', crv: 'P-256', x: toBase64url(point.slice(1, 33)), y: toBase64url(point.slice(33)), d: privateKey },
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign']
  );
  // Whoever authorizes first meets its failure.
  key.catch(() => undefined);
  const known = new Map<string, { token: Promise<string>; until: number }>();
  return async (endpoint, now = Date.now()) => {
    const seconds = Math.floor(now / 1000);
    let entry = known.get(endpoint.origin);
    if (!entry || entry.until - RENEWED_BEFORE_S <= seconds) {
      const until = seconds + TOKEN_LASTS_S;
      entry = { token: key.then((signing) => signed({ aud: endpoint.origin, exp: until, sub: subject }, signing)), until };
      known.set(endpoint.origin, entry);
    }
    return `vapid t=${await entry.token}, k=${publicKey}`;
  };
}

async function signed(claims: Record<string, unknown>, key: Key): Promise<string> {
  const part = (value: unknown) => toBase64url(new TextEncoder().encode(JSON.stringify(value)));
  const text = `${part({ typ: 'JWT', alg: 'ES256' })}.${part(claims)}`;
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, new TextEncoder().encode(text));
  return `${text}.${toBase64url(new Uint8Array(signature))}`;
}
