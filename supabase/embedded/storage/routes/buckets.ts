/** /bucket: what the caller may do with buckets is up to the policies on storage.buckets. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { deleteBucket, findBucket, insertBucket, isEmptyBucket, listBuckets, updateBucket } from '../buckets.ts';
import { requireCaller } from '../caller.ts';
import { StorageError } from '../errors.ts';
import { parseFileSize } from '../file-size.ts';
import { checkMimeTypes } from '../mime.ts';
import { checkBucketName } from '../names.ts';
import { deleteAllObjects } from '../objects.ts';
import { read, type StorageService } from '../service.ts';

const settings = {
  public: z.boolean().optional(),
  file_size_limit: z.union([z.int().min(0), z.string()]).nullish(),
  allowed_mime_types: z.array(z.string()).nullish()
};
const createBody = z.object({ id: z.string().optional(), name: z.string(), type: z.literal('STANDARD').optional(), ...settings });
const updateBody = z.object(settings);
const listQuery = z.object({
  limit: z.coerce.number().int().min(1).optional(),
  offset: z.coerce.number().int().min(0).optional(),
  sortColumn: z.enum(['id', 'name', 'created_at', 'updated_at']).optional(),
  sortOrder: z.enum(['asc', 'desc']).optional(),
  search: z.string().optional()
});
const params = z.object({ id: z.string() });

export function bucketRoutes(app: FastifyInstance, service: StorageService): void {
  const { database, files, secret } = service;

  app.get('/bucket', async (request) => {
    const caller = await requireCaller(request, secret);
    const page = read(listQuery, request.query, 'querystring');
    return database.asCaller(caller, 'storage.bucket.list', (tx) => listBuckets(tx, page));
  });

  app.get('/bucket/:id', async (request) => {
    const caller = await requireCaller(request, secret);
    const { id } = params.parse(request.params);
    const found = await database.asCaller(caller, 'storage.bucket.get', (tx) => findBucket(tx, id));
    if (!found) throw new StorageError('no_such_bucket');
    const { type: _, ...bucket } = found;
    return bucket;
  });

  app.post('/bucket', async (request) => {
    const caller = await requireCaller(request, secret);
    const { id, name, ...rest } = read(createBody, request.body, 'body');
    const bucket = id || name;
    checkBucketName(bucket);
    const set = limits(rest, service);
    try {
      await database.asCaller(caller, 'storage.bucket.create', (tx) => insertBucket(tx, bucket, caller.sub, set));
    } catch (error) {
      const taken = error instanceof StorageError && error.refusal.code === 'ResourceAlreadyExists';
      throw taken ? new StorageError('bucket_already_exists', undefined, { cause: error }) : error;
    }
    return { name };
  });

  app.put('/bucket/:id', async (request) => {
    const caller = await requireCaller(request, secret);
    const { id } = params.parse(request.params);
    const set = limits(read(updateBody, request.body, 'body'), service);
    const changed = await database.asCaller(caller, 'storage.bucket.update', (tx) => updateBucket(tx, id, set));
    if (!changed) throw new StorageError('no_such_bucket');
    return { message: 'Successfully updated' };
  });

  app.post('/bucket/:id/empty', async (request) => {
    const caller = await requireCaller(request, secret);
    const { id } = params.parse(request.params);
    const deleted = await database.asCaller(caller, 'storage.bucket.empty', async (tx) => {
      if (!(await findBucket(tx, id))) throw new StorageError('no_such_bucket');
      return deleteAllObjects(tx, id);
    });
    await files.remove(...deleted.map(({ version }) => version));
    return { message: 'Empty bucket has been queued. Completion may take up to an hour.' };
  });

  app.delete('/bucket/:id', async (request) => {
    const caller = await requireCaller(request, secret);
    const { id } = params.parse(request.params);
    await database.asOwner('storage.bucket.delete', async (tx, become) => {
      if (!(await findBucket(tx, id))) throw new StorageError('no_such_bucket');
      if (!(await isEmptyBucket(tx, id))) throw new StorageError('bucket_not_empty');
      await become(caller);
      if (!(await deleteBucket(tx, id))) throw new StorageError('no_such_bucket');
    });
    return { message: 'Successfully deleted' };
  });
}

function limits(
  { file_size_limit, allowed_mime_types, ...rest }: z.output<typeof updateBody>,
  { fileSizeLimit }: StorageService
) {
  if (allowed_mime_types) checkMimeTypes(allowed_mime_types);
  const size = file_size_limit === undefined || file_size_limit === null ? file_size_limit : parseFileSize(file_size_limit);
  if (size && size > fileSizeLimit) throw new StorageError('too_large');
  return { public: rest.public, file_size_limit: size, allowed_mime_types };
}
