/**
 * Supabase Storage's HTTP API on the real table shapes: buckets, objects, lists, signed URLs. Who may do what is decided by
 * the policies on storage.buckets and storage.objects, under which every operation runs with the caller's role and claims.
 * Registered with the prefix /storage/v1. Not offered: scaling of images (they come as they are) and the S3 protocol.
 */
import path from 'node:path';
import type { FastifyError, FastifyPluginAsync } from 'fastify';
import { ZodError } from 'zod';
import { Database } from './database.ts';
import { fromDatabase, StorageError } from './errors.ts';
import { FileStore } from './files.ts';
import { ResumableUploads } from './resumable/resumable-uploads.ts';
import { bucketRoutes } from './routes/buckets.ts';
import { downloadRoutes } from './routes/downloads.ts';
import { listRoutes } from './routes/lists.ts';
import { objectRoutes } from './routes/objects.ts';
import { RESUMABLE_PATH, resumableRoutes } from './routes/resumable.ts';
import { signingRoutes } from './routes/signing.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { type ConfiguredBucket, seedBuckets } from './seed-buckets.ts';
import type { StorageService } from './service.ts';
import { Uploads } from './uploads.ts';

export interface StorageOptions {
  /** Connection string of the role supabase_storage_admin. */
  databaseUrl: string;
  /** HS256 secret of the project's tokens. */
  jwtSecret: string;
  /** Folder for the files; made when it is missing. */
  directory: string;
  /** `[storage] file_size_limit`, bytes. */
  fileSizeLimit: number;
  /** `[storage.buckets]`: made, or brought to what is configured, at the start. */
  buckets?: Record<string, ConfiguredBucket>;
  /** How long an upload in parts may be resumed; a day, as on the hosted platform. */
  resumableForMs?: number;
}

const DAY_MS = 86_400_000;
const SWEEP_EVERY_MS = 3_600_000;

export const storage: FastifyPluginAsync<StorageOptions> = async (app, options) => {
  const { databaseUrl, jwtSecret, directory, fileSizeLimit, buckets = {}, resumableForMs = DAY_MS } = options;
  const database = new Database(databaseUrl);
  app.addHook('onClose', () => database.close());
  const files = new FileStore(directory);
  const startedAt = new Date();
  await files.open();
  await seedBuckets(database, buckets);
  const uploads = new Uploads(database, files, fileSizeLimit);
  const service: StorageService = { database, files, uploads, secret: new TextEncoder().encode(jwtSecret), fileSizeLimit };

  const resumable = new ResumableUploads(uploads, files, {
    directory: path.join(directory, 'resumable'),
    path: app.prefix + RESUMABLE_PATH,
    lifetimeMs: resumableForMs,
    fileSizeLimit,
    onError: (error) => app.log.error(error)
  });
  await resumable.open();
  const expire = () =>
    resumable.sweep().catch((error: Error) => app.log.warn(error, 'storage: unfinished uploads were not removed'));
  const expiring = setInterval(expire, SWEEP_EVERY_MS).unref();
  app.addHook('onClose', () => clearInterval(expiring));

  const sweeping = files
    .sweep((versions) => namedVersions(database, versions), startedAt)
    .catch((error: Error) => app.log.warn(error, 'storage: files without a row were not removed'));
  app.addHook('onClose', () => sweeping);

  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const refusal = asRefusal(fromDatabase(error) as FastifyError);
    if (refusal.status >= 500) request.log.error(error);
    return reply.code(refusal.status).header('cache-control', 'no-store').type('application/json').send(refusal.body);
  });
  app.setNotFoundHandler((request, reply) => {
    const message = `Route ${request.method}:${request.url} not found`;
    return reply.code(404).send({ statusCode: '404', code: 'NotFound', error: 'Not Found', message });
  });

  app.get('/status', async () => ({ status: 'ok' }));
  bucketRoutes(app, service);
  objectRoutes(app, service);
  listRoutes(app, service);
  signingRoutes(app, service);
  downloadRoutes(app, service);
  await app.register((uploading) => uploadRoutes(uploading, service));
  await app.register((uploading) => resumableRoutes(uploading, service, resumable));
};

interface Answer {
  status: number;
  body: { statusCode: string; code: string; error: string; message: string };
}

function asRefusal(error: FastifyError | StorageError | ZodError): Answer {
  if (error instanceof StorageError) return error;
  if (error instanceof ZodError) return new StorageError('invalid_request', error.issues[0]?.message);
  const { statusCode = 500, name, message, code } = error;
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new StorageError('invalid_content_type');
  if (statusCode === 413) return new StorageError('too_large');
  if (statusCode < 500) {
    return { status: statusCode, body: { statusCode: String(statusCode), code: 'InvalidRequest', error: name, message } };
  }
  const aborted = code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
  if (aborted) return { status: 499, body: { statusCode: '499', code: 'Aborted', error: 'Aborted', message: 'Request aborted' } };
  return {
    status: 500,
    body: { statusCode: '500', code: 'InternalError', error: 'Internal', message: 'Internal Server Error' }
  };
}

async function namedVersions(database: Database, versions: string[]): Promise<Set<string>> {
  const { rows } = await database.owner.query<{ version: string }>(
    'select version from storage.objects where version = any($1)',
    [versions]
  );
  return new Set(rows.map(({ version }) => version));
}
