import { type Bytes, type Random, systemRandom } from '../bytes.ts';
import { SECRET_BYTES } from '../boxed.ts';

/** Plaintext in one chunk. The last one may be shorter, or empty. */
export const CHUNK_BYTES = 64 * 1024;
/** What GCM adds to each chunk. */
export const TAG_BYTES = 16;
const PREFIX_BYTES = 7;

/** What opens a file: it stands inside the message that the file belongs to. */
export type FileKey = { secret: Bytes; prefix: Bytes };

export const newFileKey = (random: Random = systemRandom): FileKey => ({
  secret: random(SECRET_BYTES),
  prefix: random(PREFIX_BYTES)
});

/** The length of a file once it is encrypted. */
export const encryptedLength = (length: number): number => length + TAG_BYTES * Math.max(1, Math.ceil(length / CHUNK_BYTES));

/**
 * Encrypts a file chunk by chunk, as STREAM does (Hoang, Reyhanitabar, Rogaway, Vizár 2015): AES-256-GCM under a key of the
 * file's own, the nonce being its prefix, the chunk's number (4 bytes) and 1 for the last. No chunk can be left out, moved,
 * or be missing at the end.
 */
export const encryptFile = (key: FileKey): TransformStream<Bytes, Bytes> => chunkwise(key, 'encrypt', CHUNK_BYTES);

/** The way back. The stream errors with WebCrypto's OperationError at the first chunk that is not what was encrypted. */
export const decryptFile = (key: FileKey): TransformStream<Bytes, Bytes> => chunkwise(key, 'decrypt', CHUNK_BYTES + TAG_BYTES);

function chunkwise({ secret, prefix }: FileKey, use: 'encrypt' | 'decrypt', size: number): TransformStream<Bytes, Bytes> {
  const key = crypto.subtle.importKey('raw', secret, 'AES-GCM', false, [use]);
  const held = new Uint8Array(size);
  let length = 0;
  let number = 0;

  const turn = async (isLast: boolean): Promise<Bytes> => {
    const algorithm = { name: 'AES-GCM', iv: nonce(prefix, number++, isLast) };
    return new Uint8Array(await crypto.subtle[use](algorithm, await key, held.slice(0, length)));
  };

  return new TransformStream({
    async transform(bytes, controller) {
      for (let at = 0; at < bytes.length;) {
        // A full chunk waits until it is known not to be the last.
        if (length === size) {
          controller.enqueue(await turn(false));
          length = 0;
        }
        const part = bytes.subarray(at, at + size - length);
        held.set(part, length);
        length += part.length;
        at += part.length;
      }
    },
    async flush(controller) {
      controller.enqueue(await turn(true));
    }
  });
}

function nonce(prefix: Bytes, number: number, isLast: boolean): Bytes {
  const bytes = new Uint8Array(PREFIX_BYTES + 5);
  bytes.set(prefix);
  new DataView(bytes.buffer).setUint32(PREFIX_BYTES, number);
  bytes[PREFIX_BYTES + 4] = isLast ? 1 : 0;
  return bytes;
}
