/**
 * Encrypts a push for the browser that is to show it (RFC 8291, aes128gcm of RFC 8188): the push service carries it and cannot read it.
 * By WebCrypto alone, which every runtime has alike. Packages that use node:crypto for it have sent what no browser could decrypt
 * from Deno (https://github.com/denoland/deno/issues/23693).
 */
export interface SubscriptionKeys {
  /** The browser's public key: an uncompressed point on P-256, base64url. */
  p256dh: string;
  /** The secret that it shares with whoever may write to it, 16 bytes, base64url. */
  auth: string;
}

type Bytes = Uint8Array<ArrayBuffer>;
/** CryptoKey, whose name not every runtime's types know. */
export type Key = Parameters<typeof crypto.subtle.exportKey>[1];

/** Random for every push; given only to compare with the RFC's example. */
export interface Chance {
  pair: { publicKey: Key; privateKey: Key };
  salt: Bytes;
}

const RECORD_SIZE = 4096;
/** What marks the last record, and there is only one. */
const LAST_RECORD = 2;
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

/** @throws when the keys are not those of a browser */
export async function encrypt(plaintext: Bytes, { p256dh, auth }: SubscriptionKeys, chance?: Chance): Promise<Bytes> {
  const { pair, salt } = chance ?? (await randomly());
  const theirs = fromBase64url(p256dh);
  const ours = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const theirKey = await crypto.subtle.importKey('raw', theirs, CURVE, false, []);
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: theirKey }, pair.privateKey, 256));
  const secret = await derive(shared, fromBase64url(auth), joined(utf8('WebPush: info\0'), theirs, ours), 32);
  const key = await crypto.subtle.importKey(
    'raw',
    await derive(secret, salt, utf8('Content-Encoding: aes128gcm\0'), 16),
    'AES-GCM',
    false,
    ['encrypt']
  );
  const iv = await derive(secret, salt, utf8('Content-Encoding: nonce\0'), 12);
  const record = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, joined(plaintext, new Uint8Array([LAST_RECORD])));
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, RECORD_SIZE);
  return joined(salt, size, new Uint8Array([ours.length]), ours, new Uint8Array(record));
}

async function randomly(): Promise<Chance> {
  const pair = (await crypto.subtle.generateKey(CURVE, false, ['deriveBits'])) as Chance['pair'];
  return { pair, salt: crypto.getRandomValues(new Uint8Array(16)) };
}

async function derive(secret: Bytes, salt: Bytes, info: Bytes, length: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, length * 8));
}

function joined(...parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function fromBase64url(text: string): Bytes {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}

export function toBase64url(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
