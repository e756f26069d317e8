import type { Bytes } from './bytes.ts';

const STEP = 64;

/** Up to the next multiple of 64 bytes, so that the length tells little: 0x80, then zeros (ISO/IEC 7816-4). */
export function pad(bytes: Uint8Array): Bytes {
  const padded = new Uint8Array(Math.ceil((bytes.length + 1) / STEP) * STEP);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  return padded;
}

/** Throws a RangeError for what was not padded so. */
export function unpad(padded: Bytes): Bytes {
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 0x80) throw new RangeError('Not padded.');
  return padded.slice(0, end);
}
