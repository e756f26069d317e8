import { concat, type Bytes, type SecretKey } from '../../e2ee/bytes.ts';

const NONCE_BYTES = 12;
const ALGORITHM = { name: 'AES-GCM', length: 256 };

/** A key of this device's own, for what lies on it: it can be used here and read by nobody. */
export const newLocalKey = async (): Promise<SecretKey> =>
  (await crypto.subtle.generateKey(ALGORITHM, false, ['encrypt', 'decrypt'])) as SecretKey;

/** Boxes what is to lie on this device: AES-256-GCM, a random nonce in front. `name` is what it lies there as: it opens as nothing else. */
export async function boxHere(local: SecretKey, name: string, plaintext: Bytes): Promise<Bytes> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt(algorithm(nonce, name), local, plaintext);
  return concat([nonce, new Uint8Array(sealed)]);
}

/** Rejects for what was boxed elsewhere, as something else, or was changed. */
export async function openHere(local: SecretKey, name: string, boxed: Bytes): Promise<Bytes> {
  const opened = await crypto.subtle.decrypt(algorithm(boxed.slice(0, NONCE_BYTES), name), local, boxed.slice(NONCE_BYTES));
  return new Uint8Array(opened);
}

const algorithm = (iv: Bytes, name: string) => ({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(name) });
