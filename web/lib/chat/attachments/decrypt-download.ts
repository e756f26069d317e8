import { type Bytes, decryptFile, encryptedLength, type FileKey } from '../../e2ee/index.ts';
import { Refused, Unreachable } from '../errors.ts';

/** What is shown beside text, and is no page: whatever else somebody calls their file, it is bytes to save. */
const SHOWN = /^(?:image\/(?:jpeg|png|gif|webp|avif)|video\/(?:mp4|webm)|audio\/[a-z0-9.+-]+)$/;
export const safeType = (mimeType: string): string => (SHOWN.test(mimeType) ? mimeType : 'application/octet-stream');

export type SealedDownload = { address: string; key: FileKey; mimeType: string; size: number };

/**
 * The bytes of a file as its sender had them. Rejects with Refused `file_altered` when they are others, or more or fewer: nothing of
 * them is given out.
 */
export async function decryptDownload({ address, key, mimeType, size }: SealedDownload): Promise<Blob> {
  const response = await fetch(address).catch((cause: unknown) => {
    throw new Unreachable('The server cannot be reached.', { cause });
  });
  if (response.status === 400 || response.status === 404)
    throw new Refused('file_not_found', 'This file is not there, or not for you.', 404);
  if (!response.ok || !response.body) throw new Unreachable(`Storage answered ${response.status}.`);
  const opened = (response.body as ReadableStream<Bytes>)
    .pipeThrough(noMoreThan(encryptedLength(size)))
    .pipeThrough(decryptFile(key));
  try {
    const file = new Blob(await all(opened), { type: safeType(mimeType) });
    if (file.size !== size) throw new Altered('It is shorter than its sender says.');
    return file;
  } catch (cause) {
    // WebCrypto says so of what does not open.
    if (cause instanceof Altered || (cause instanceof Error && cause.name === 'OperationError'))
      throw new Refused('file_altered', 'This file is not as it was sent.', 0, { cause });
    throw new Unreachable('The file could not be loaded.', { cause });
  }
}

/** Not by way of a Response, which in a browser tells of every error as one of the network. */
async function all(stream: ReadableStream<Bytes>): Promise<Bytes[]> {
  const parts: Bytes[] = [];
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts;
    parts.push(value);
  }
}

class Altered extends Error {
  override readonly name = 'Altered';
}

/** Ends what goes on for longer than the file can be. */
function noMoreThan(bytes: number): TransformStream<Bytes, Bytes> {
  let left = bytes;
  return new TransformStream({
    transform(chunk, controller) {
      left -= chunk.length;
      if (left < 0) throw new Altered('It is longer than its sender says.');
      controller.enqueue(chunk);
    }
  });
}
