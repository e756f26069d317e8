import { type Bytes, concat, sameBytes } from '../bytes.ts';
import { transcript } from '../transcript.ts';

/** So many hashes in a row make looking for a key with the same digits as dear as Signal's numbers do. */
const ROUNDS = 5_200;
const GROUPS = 6;

type Named = { userId: string; identityKey: Bytes };

/**
 * Twelve groups of five digits that two people compare, by voice or side by side: the same on both screens if and only if each
 * has the other's true identity key. It changes when one of them gets a new identity, not with their devices.
 */
export async function safetyNumber(one: Named, other: Named): Promise<string> {
  const halves = await Promise.all([fingerprint(one), fingerprint(other)]);
  return halves.sort().join(' ');
}

/** Six groups of five digits for one key: half of a safety number. */
export async function fingerprint({ userId, identityKey }: Named): Promise<string> {
  return digits(transcript('fingerprint', [userId, identityKey]));
}

/** Six groups of five digits of some bytes, by 5,200 rounds of SHA-512. */
export async function digits(bytes: Bytes): Promise<string> {
  let hash = new Uint8Array(await crypto.subtle.digest('SHA-512', bytes));
  for (let round = 1; round < ROUNDS; round++)
    hash = new Uint8Array(await crypto.subtle.digest('SHA-512', concat([hash, bytes])));
  return Array.from({ length: GROUPS }, (_, group) => fiveDigits(hash.subarray(group * 5, group * 5 + 5))).join(' ');
}

/** 40 bits, big-endian, modulo 100,000. */
function fiveDigits(bytes: Uint8Array): string {
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return String(number % 100_000).padStart(5, '0');
}

/** What a QR code holds for comparing by camera: both keys, in the order of the scanning person's view. */
export const safetyCode = (shown: Named, about: Named): Bytes =>
  transcript('safety-code', [shown.userId, shown.identityKey, about.userId, about.identityKey]);

/** Whether a scanned code says the same of both people as is known here: what they show about themselves comes first. */
export function isSameSafetyCode(scanned: Bytes, me: Named, them: Named): boolean {
  return sameBytes(scanned, safetyCode(them, me));
}
