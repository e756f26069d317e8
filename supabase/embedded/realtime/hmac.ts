/**
 * Signatures with a shared secret, checked at once. Web Crypto, which jose uses, takes a turn of the thread pool for each: a
 * third of a millisecond for a sum of a few microseconds, in which a crowd that comes back after a restart would stand in line.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** RFC 7518 3.2. */
const HASHES: Record<string, string> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };

export function isHmac(alg: string): boolean {
  return Object.hasOwn(HASHES, alg);
}

/** Whether the last part of a compact JWS is what the secret makes of the others (RFC 7515 5.2). */
export function hmacHolds(token: string, alg: string, secret: Uint8Array): boolean {
  const end = token.lastIndexOf('.');
  const given = Buffer.from(token.slice(end + 1));
  const right = Buffer.from(createHmac(HASHES[alg]!, secret).update(token.slice(0, end)).digest('base64url'));
  return given.length === right.length && timingSafeEqual(given, right);
}
