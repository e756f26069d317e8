/** Bytes as WebCrypto takes them: never a view of shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A key that WebCrypto holds. Named by what gives it, since not every runtime's types have CryptoKey. */
export type SecretKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

/** Throws a TypeError where the bytes are no UTF-8. */
export const fromUtf8 = (bytes: Bytes): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

export function concat(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Not in constant time: for public values only. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

export const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** Fills that many bytes: `crypto.getRandomValues`, unless a test vector is made. */
export type Random = (length: number) => Bytes;

export const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));
