/** The answer to a download: the file with its headers, a part of it, or 304. */
import send from '@fastify/send';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { access } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { isNotModified, mayBePartial } from './conditions.ts';
import { StorageError } from './errors.ts';
import type { FileStore } from './files.ts';
import type { StoredObject } from './objects.ts';

export interface DownloadOptions {
  /** `download` of the query: save under this name, or under its own when empty. */
  download?: string | undefined;
  /** When the URL stops working. */
  expires?: Date | undefined;
}

/** Larger than the default of 64 KiB, which costs a third more time for a large file. */
const READ_CHUNK_BYTES = 256 * 1024;

/** @throws {StorageError} no_such_key when the bytes are gone, invalid_range */
export async function sendObject(
  files: FileStore,
  object: StoredObject,
  request: FastifyRequest,
  reply: FastifyReply,
  { download, expires }: DownloadOptions = {}
): Promise<FastifyReply> {
  const { metadata, version } = object;
  const validators = { eTag: metadata?.eTag, lastModified: new Date(metadata?.lastModified ?? object.updated_at) };
  setHeaders(reply, object);
  if (expires) reply.header('expires', expires.toUTCString()).removeHeader('cache-control');
  if (download !== undefined) reply.header('content-disposition', disposition(download));
  if (isNotModified(request.headers, validators)) return reply.code(304).send();

  const path = version && files.pathOf(version);
  if (!path || !(await exists(path))) throw new StorageError('no_such_key');
  const range = mayBePartial(request.headers, validators) ? request.headers.range : undefined;
  // Only the range is left to negotiate: the rest is decided above, by what the row says.
  const part = { headers: { ...(range !== undefined && { range }) }, method: request.method } as unknown as Readable;
  const { statusCode, headers, stream } = await send(part, path, {
    etag: false,
    lastModified: false,
    cacheControl: false,
    contentType: false,
    dotfiles: 'allow',
    index: false,
    highWaterMark: READ_CHUNK_BYTES
  });
  if (statusCode === 416) {
    reply.removeHeader('content-disposition').removeHeader('etag').removeHeader('cache-control');
    reply.header('content-range', headers['Content-Range']).removeHeader('content-type');
    throw new StorageError('invalid_range');
  }
  if (statusCode !== 200 && statusCode !== 206) throw new StorageError('no_such_key');
  if (headers['Content-Range']) reply.header('content-range', headers['Content-Range']);
  return reply.code(statusCode).header('content-length', headers['Content-Length']).send(stream);
}

/** What HEAD answers: the same headers, from the row alone. */
export function describeObject(object: StoredObject, reply: FastifyReply): FastifyReply {
  setHeaders(reply, object);
  return reply.header('content-length', object.metadata?.size ?? 0);
}

function setHeaders(reply: FastifyReply, { metadata, updated_at }: StoredObject): void {
  const mimetype = metadata?.mimetype ?? 'application/octet-stream';
  reply
    // A page from the API's own origin could act with the reader's session.
    .header('content-type', mimetype.includes('text/html') ? 'text/plain' : mimetype)
    .header('accept-ranges', 'bytes')
    .header('last-modified', new Date(metadata?.lastModified ?? updated_at).toUTCString())
    .header('x-robots-tag', 'none')
    .header('x-content-type-options', 'nosniff');
  if (metadata?.eTag) reply.header('etag', metadata.eTag);
  if (metadata?.cacheControl) reply.header('cache-control', metadata.cacheControl);
}

function disposition(name: string): string {
  if (name === '') return 'attachment;';
  const encoded = encodeURIComponent(name);
  return `attachment; filename=${encoded}; filename*=UTF-8''${encoded}`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false
  );
}
