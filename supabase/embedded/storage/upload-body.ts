/** The body of an upload: a form, as browsers send a Blob or File, or the bytes themselves with their description in headers. */
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { StorageError } from './errors.ts';

export interface UploadBody {
  stream: Readable;
  mimetype: string;
  /** Bytes, where the request says so before they come. */
  declaredSize: number | undefined;
  /** What is known only when the stream has ended: the fields of a form may follow its file. */
  rest(): { cacheControl: string; userMetadata: Record<string, unknown> };
}

const USER_METADATA_MAX_BYTES = 1024 * 1024;

/** @throws {StorageError} invalid_request when there is no file in the form. */
export async function readUpload(request: FastifyRequest, limit: number): Promise<UploadBody> {
  return request.isMultipart() ? fromForm(request, limit) : fromHeaders(request);
}

async function fromForm(request: FastifyRequest, limit: number): Promise<UploadBody> {
  let part: MultipartFile | undefined;
  try {
    // One byte more than allowed: the store counts, and refuses what this cuts off.
    part = await request.file({ limits: { fields: 10, files: 1, fileSize: limit + 1 } });
  } catch (cause) {
    throw new StorageError('invalid_request', (cause as Error).message, { cause });
  }
  if (!part) throw new StorageError('invalid_request', 'No content provided');
  const { file, fields, mimetype } = part;
  return {
    stream: file,
    mimetype: field(fields, 'contentType') || mimetype,
    declaredSize: undefined,
    rest() {
      const seconds = field(fields, 'cacheControl');
      const json = field(fields, 'metadata') ?? field(fields, 'userMetadata');
      return { cacheControl: seconds ? `max-age=${seconds}` : 'no-cache', userMetadata: userMetadata(json) };
    }
  };
}

function fromHeaders(request: FastifyRequest): UploadBody {
  const { headers } = request;
  const encoded = headers['x-metadata'];
  const length = headers['content-length'];
  const rest = {
    cacheControl: headers['cache-control'] ?? 'no-cache',
    userMetadata: userMetadata(typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : undefined)
  };
  return {
    stream: request.raw,
    mimetype: headers['content-type'] || 'application/octet-stream',
    declaredSize: length === undefined ? undefined : Number(length),
    rest: () => rest
  };
}

function field(fields: MultipartFile['fields'], name: string): string | undefined {
  const part = fields[name];
  return part && !Array.isArray(part) && part.type === 'field' && typeof part.value === 'string' ? part.value : undefined;
}

/** What is not a JSON object is ignored, as the service does. */
export function userMetadata(json: string | undefined): Record<string, unknown> {
  if (json === undefined) return {};
  if (Buffer.byteLength(json) > USER_METADATA_MAX_BYTES) throw new StorageError('too_large', 'user_metadata');
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
