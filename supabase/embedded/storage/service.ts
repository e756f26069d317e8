/** What the routes of Storage share. */
import type { FastifyRequest } from 'fastify';
import { type ZodType, z } from 'zod';
import type { Database } from './database.ts';
import { StorageError } from './errors.ts';
import type { FileStore } from './files.ts';
import type { Uploads } from './uploads.ts';

export interface StorageService {
  database: Database;
  files: FileStore;
  uploads: Uploads;
  /** Key of the project's tokens. */
  secret: Uint8Array;
  /** Bytes that no file may exceed, whatever its bucket says. */
  fileSizeLimit: number;
}

const objectParams = z.object({ bucket: z.string(), '*': z.string() });

/** Bucket and name of the object that the path names. */
export function objectOf(request: FastifyRequest): { bucket: string; name: string } {
  const { bucket, '*': name } = objectParams.parse(request.params);
  return { bucket, name };
}

/** The value in the shape that the schema gives it. @throws {StorageError} invalid_request, naming what does not fit. */
export function read<Schema extends ZodType>(schema: Schema, value: unknown, where: 'body' | 'querystring'): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new StorageError('invalid_request', `${[where, ...path.map(String)].join('/')} ${message}`, { cause: result.error });
}
