import type { Bytes, SecretKey } from '../bytes.ts';
import { newSigningKeys, type SigningKeys } from '../signing.ts';

/**
 * The key that says which devices are a person's. Every device of theirs has it, and the backup: so, unlike a device's own keys,
 * it can be exported while it is being made.
 */
export type NewIdentity = SigningKeys & { pkcs8: Bytes };

export async function newIdentity(): Promise<NewIdentity> {
  const keys = await newSigningKeys(true);
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', keys.secret));
  return { publicKey: keys.publicKey, secret: await importIdentity(pkcs8), pkcs8 };
}

/** The secret half, from the backup or another device: from now on it cannot be read out of this browser. */
export const importIdentity = (pkcs8: Bytes): Promise<SecretKey> =>
  crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
