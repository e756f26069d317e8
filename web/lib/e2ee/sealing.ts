import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke';
import type { Bytes, SecretKey } from './bytes.ts';

/** A pair to which secrets can be sealed (X25519): the secret half stays with WebCrypto, the public one is 32 bytes. */
export type SealingKeys = { secret: SecretKey; publicKey: Bytes };

/** What was sealed to one pair: HPKE's encapsulated secret (32 bytes) and the ciphertext. */
export type Sealed = { enc: Bytes; ciphertext: Bytes };

/** RFC 9180, base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);

export async function newSealingKeys(): Promise<SealingKeys> {
  const pair = await suite.GenerateKeyPair(false);
  return { secret: pair.privateKey as SecretKey, publicKey: (await suite.SerializePublicKey(pair.publicKey)) as Bytes };
}

/** Seals to a public key. `info` says what for: it opens only where the same is said. */
export async function sealTo(publicKey: Bytes, plaintext: Bytes, info: Bytes): Promise<Sealed> {
  const key = await suite.DeserializePublicKey(publicKey);
  const { encapsulatedSecret, ciphertext } = await suite.Seal(key, plaintext, { info });
  return { enc: encapsulatedSecret as Bytes, ciphertext: ciphertext as Bytes };
}

/** Rejects when it was sealed to another key, for something else, or altered. */
export async function openSealed(keys: SealingKeys, sealed: Sealed, info: Bytes): Promise<Bytes> {
  const publicKey = await suite.DeserializePublicKey(keys.publicKey);
  return (await suite.Open({ privateKey: keys.secret, publicKey }, sealed.enc, sealed.ciphertext, { info })) as Bytes;
}
