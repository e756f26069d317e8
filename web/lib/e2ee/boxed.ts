import { type Bytes, concat, type Random, systemRandom } from './bytes.ts';

export const SECRET_BYTES = 32;
const NONCE_BYTES = 12;

/** AES-256-GCM (NIST SP 800-38D) with a random nonce of 12 bytes in front: at most 2^32 boxes for one secret. */
export async function box(secret: Bytes, plaintext: Bytes, context: Bytes, random: Random = systemRandom): Promise<Bytes> {
  const nonce = random(NONCE_BYTES);
  const key = await aesKey(secret, 'encrypt');
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: context }, key, plaintext);
  return concat([nonce, new Uint8Array(sealed)]);
}

/** Rejects when the secret or the context is another one, or when a bit was changed. */
export async function unbox(secret: Bytes, boxed: Bytes, context: Bytes): Promise<Bytes> {
  const key = await aesKey(secret, 'decrypt');
  const algorithm = { name: 'AES-GCM', iv: boxed.slice(0, NONCE_BYTES), additionalData: context };
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, boxed.slice(NONCE_BYTES)));
}

/** A secret for one purpose, derived from another by HKDF-SHA256 (RFC 5869) without a salt. */
export async function deriveSecret(secret: Bytes, purpose: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: purpose };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, SECRET_BYTES * 8));
}

const aesKey = (secret: Bytes, use: 'encrypt' | 'decrypt') => crypto.subtle.importKey('raw', secret, 'AES-GCM', false, [use]);
