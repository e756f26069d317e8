import type { Bytes, SecretKey } from './bytes.ts';

/** A pair for Ed25519 signatures (RFC 8032): the secret half stays with WebCrypto, the public one is 32 bytes. */
export type SigningKeys = { secret: SecretKey; publicKey: Bytes };

export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** A new pair. Of a device's the secret can never be read; of an identity's it can, to be backed up. */
export async function newSigningKeys(extractable: boolean): Promise<SigningKeys> {
  const pair = await crypto.subtle.generateKey('Ed25519', extractable, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError('Ed25519 makes pairs.');
  return { secret: pair.privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)) };
}

/** From PKCS #8. It cannot be read again. */
export const importSigningSecret = (pkcs8: Bytes): Promise<SecretKey> =>
  crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);

export const sign = async (secret: SecretKey, bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.sign('Ed25519', secret, bytes));

/** False also for bytes that are no key or no signature. */
export async function isSignedBy(publicKey: Bytes, signature: Bytes, bytes: Bytes): Promise<boolean> {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  try {
    const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, signature, bytes);
  } catch {
    return false;
  }
}
