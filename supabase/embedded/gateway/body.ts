/** The body of a request that is passed on, taken whole so that its size is known before anything is done with it. */
import type { IncomingMessage } from 'node:http';

export const TOO_LARGE = Symbol('too large');

/** Beyond this a caller who does not stop sending is cut off without an answer. */
const DISCARD_LIMIT_BYTES = 64 * 2 ** 20;

/**
 * Resolves with the body, or with TOO_LARGE after the rest of it has been read and thrown away: a caller in the middle of sending
 * would otherwise see a broken connection instead of the answer. Undefined when the caller went away.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | typeof TOO_LARGE | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
      if (size > DISCARD_LIMIT_BYTES) request.destroy();
    });
    request.once('end', () => resolve(size > limit ? TOO_LARGE : chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.once('close', () => resolve(undefined));
    request.once('error', () => resolve(undefined));
  });
}
