import * as z from 'zod/mini';
import type { Bytes } from './bytes.ts';

/** RFC 4648, section 5, without padding: how bytes stand in JSON. */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Throws a SyntaxError unless the text is the one canonical form of some bytes. */
export function fromBase64Url(text: string): Bytes {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new SyntaxError('Not base64url.');
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
  // Spare bits of the last character could carry other texts for the same bytes.
  if (toBase64Url(bytes) !== text) throw new SyntaxError('Not canonical base64url.');
  return bytes;
}

/** Bytes in JSON, of this length or any. */
export const bytesSchema = (length?: number) =>
  z.pipe(
    z.string(),
    z.transform((text: string, context): Bytes => {
      try {
        const bytes = fromBase64Url(text);
        if (length === undefined || bytes.length === length) return bytes;
      } catch {
        // told below
      }
      context.issues.push({ code: 'custom', message: 'Expected base64url bytes.', input: text });
      return z.NEVER;
    })
  );
