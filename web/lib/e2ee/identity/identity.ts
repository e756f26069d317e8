import type { Bytes, SecretKey } from '../bytes.ts';
import { Distrusted } from '../errors.ts';
import { importSigningSecret, isSignedBy, newSigningKeys, sign, type SigningKeys } from '../signing.ts';
import { transcript } from '../transcript.ts';

/**
 * The key that says which devices are a person's. Every device of theirs has it, and the backup: so, unlike a device's own keys,
 * it can be exported while it is being made.
 */
export type NewIdentity = SigningKeys & { pkcs8: Bytes };

export async function newIdentity(): Promise<NewIdentity> {
  const keys = await newSigningKeys(true);
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', keys.secret));
  return { publicKey: keys.publicKey, secret: await importSigningSecret(pkcs8), pkcs8 };
}

/**
 * The secret half, from the backup or another device: from now on it cannot be read out of this browser. Throws Distrusted
 * `altered` unless it belongs to this identity: whoever can slip in another one would speak for its owner.
 */
export async function importIdentity(pkcs8: Bytes, identityKey: Bytes): Promise<SecretKey> {
  const secret = await importSigningSecret(pkcs8);
  const probe = transcript('identity-probe', [identityKey]);
  if (!(await isSignedBy(identityKey, await sign(secret, probe), probe)))
    throw new Distrusted('altered', 'This is not the secret of the identity.');
  return secret;
}
