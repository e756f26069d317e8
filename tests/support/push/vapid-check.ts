/** Who sends, as a push service checks it (RFC 8292), with what Apple asks for besides. */
import { createPublicKey, verify } from 'node:crypto';

const DAY_S = 24 * 3600;

/** @returns the sender's public key. @throws {Error} that says what is wrong */
export function checkVapid(authorization: string | undefined, origin: string, nowS = Date.now() / 1000): string {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/i.exec(authorization ?? '') ?? [];
  if (!token) throw new Error('it does not say who sends');
  const [header = '', claims = '', signature = '', ...more] = token.split('.');
  if (more.length > 0 || !signature) throw new Error('the token has not three parts');
  const { alg } = parsed(header);
  if (alg !== 'ES256') throw new Error(`the token is signed by ${String(alg)}`);
  const data = Buffer.from(`${header}.${claims}`);
  if (!verify('sha256', data, { key: publicKey(key), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))) {
    throw new Error('the token is signed with another key');
  }
  const { aud, exp, sub } = parsed(claims);
  if (aud !== origin) throw new Error(`the token is for ${String(aud)}`);
  if (typeof exp !== 'number' || exp <= nowS) throw new Error('the token is over');
  if (exp > nowS + DAY_S) throw new Error('the token lasts for more than a day');
  if (typeof sub !== 'string' || !/^(mailto:\S+@\S+|https:\/\/\S+)$/.test(sub)) throw new Error(`the contact is ${String(sub)}`);
  return key;
}

function parsed(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}

function publicKey(point: string) {
  const bytes = Buffer.from(point, 'base64url');
  if (bytes.length !== 65 || bytes[0] !== 4) throw new Error('the key is no point on P-256');
  const [x, y] = [bytes.subarray(1, 33), bytes.subarray(33)].map((half) => half.toString('base64url'));
  return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x!, y: y! } });
}
