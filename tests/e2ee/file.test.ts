import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bytes, decryptFile, encryptedLength, encryptFile, newFileKey } from '../../web/lib/e2ee/index.ts';
import { CHUNK_BYTES, TAG_BYTES } from '../../web/lib/e2ee/file/file-cipher.ts';
import { flipped } from './world.ts';

const through = async (parts: readonly Bytes[], turn: TransformStream<Bytes, Bytes>): Promise<Bytes> =>
  new Uint8Array(await new Response(ReadableStream.from(parts).pipeThrough(turn)).arrayBuffer());

/** The same bytes in pieces of these lengths, over and over. */
function cut(bytes: Bytes, lengths: readonly number[]): Bytes[] {
  const parts: Bytes[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length]!;
    parts.push(bytes.slice(at, at + length));
    at += length;
  }
  return parts;
}

const patterned = (length: number): Bytes => Uint8Array.from({ length }, (_, index) => index * 31 + (index >> 8));

test('a file of any length, however it comes, is the same afterwards, and as long as was said', async () => {
  const lengths = fc.oneof(
    fc.nat(100),
    fc.constantFrom(0, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES),
    fc.nat(4 * CHUNK_BYTES)
  );
  const pieces = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(lengths, pieces, pieces, async (length, going, coming) => {
      const key = newFileKey();
      const file = patterned(length);
      const encrypted = await through(
        cut(
          file,
          going.map((n) => n + 1_000)
        ),
        encryptFile(key)
      );
      expect(encrypted.length).toBe(encryptedLength(length));
      expect(
        await through(
          cut(
            encrypted,
            coming.map((n) => n + 1_000)
          ),
          decryptFile(key)
        )
      ).toEqual(file);
    }),
    { numRuns: 40 }
  );
});

test('a file that was cut, turned over, or whose chunks were moved does not open', async () => {
  const key = newFileKey();
  const encrypted = await through([patterned(2.5 * CHUNK_BYTES)], encryptFile(key));
  const chunk = CHUNK_BYTES + TAG_BYTES;
  const changed: Record<string, Bytes> = {
    'without its last chunk': encrypted.slice(0, 2 * chunk),
    'without its first': encrypted.slice(chunk),
    'cut in a chunk': encrypted.slice(0, -1),
    'with two chunks swapped': new Uint8Array([
      ...encrypted.slice(chunk, 2 * chunk),
      ...encrypted.slice(0, chunk),
      ...encrypted.slice(2 * chunk)
    ]),
    'with a chunk twice': new Uint8Array([...encrypted.slice(0, chunk), ...encrypted]),
    'turned over at the start': flipped(encrypted, 0),
    'turned over at the end': flipped(encrypted, encrypted.length - 1),
    empty: new Uint8Array()
  };
  for (const [how, bytes] of Object.entries(changed)) await expect(through([bytes], decryptFile(key)), how).rejects.toThrow();
  await expect(through([encrypted], decryptFile(newFileKey())), 'with another key').rejects.toThrow();
});
