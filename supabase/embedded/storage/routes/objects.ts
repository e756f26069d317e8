/** Move, copy and delete. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { requireCaller } from '../caller.ts';
import { StorageError } from '../errors.ts';
import { checkObjectName } from '../names.ts';
import { deleteObjects, findObject, lockName, type ObjectMetadata, renameObject, type StoredObject } from '../objects.ts';
import { objectOf, read, type StorageService } from '../service.ts';
import { userMetadata } from '../upload-body.ts';

const fromTo = {
  bucketId: z.string(),
  sourceKey: z.string(),
  destinationBucket: z.string().optional(),
  destinationKey: z.string()
};
const moveBody = z.object(fromTo);
const copyBody = z.object({
  ...fromTo,
  copyMetadata: z.boolean().default(true),
  metadata: z.object({ cacheControl: z.string().optional(), mimetype: z.string().optional() }).optional()
});
const deleteBody = z.object({ prefixes: z.array(z.string()).min(1).max(1000) });
const bucketParams = z.object({ bucket: z.string() });

export function objectRoutes(app: FastifyInstance, { database, files, uploads, secret }: StorageService): void {
  app.post('/object/move', async (request) => {
    const caller = await requireCaller(request, secret);
    const { bucketId, sourceKey, destinationKey, destinationBucket = bucketId } = read(moveBody, request.body, 'body');
    checkObjectName(destinationKey);
    const to = { bucket: destinationBucket, name: destinationKey };
    // The bytes lie under the version's id and stay where they are.
    const moved = await database.asCaller(caller, 'storage.object.move', async (tx) => {
      await lockName(tx, to.bucket, to.name);
      if (!(await findObject(tx, bucketId, sourceKey))) throw new StorageError('no_such_key');
      return renameObject(tx, { bucket: bucketId, name: sourceKey }, to, caller.sub);
    });
    if (!moved) throw new StorageError('no_such_key');
    return { message: 'Successfully moved', Id: moved.id, Key: moved.name };
  });

  app.post('/object/copy', async (request) => {
    const caller = await requireCaller(request, secret);
    const body = read(copyBody, request.body, 'body');
    const { bucketId, sourceKey, destinationKey, destinationBucket = bucketId, copyMetadata } = body;
    checkObjectName(destinationKey);
    const operation = 'storage.object.copy';
    const source = await database.asCaller(caller, operation, (tx) => findObject(tx, bucketId, sourceKey));
    if (!source?.version) throw new StorageError('no_such_key');
    const encoded = request.headers['x-metadata'];
    const given = typeof encoded === 'string' ? userMetadata(Buffer.from(encoded, 'base64').toString('utf8')) : {};
    const metadata: Partial<ObjectMetadata> = { ...source.metadata, lastModified: new Date().toISOString() };
    if (!copyMetadata && body.metadata?.cacheControl !== undefined) metadata.cacheControl = body.metadata.cacheControl;
    if (!copyMetadata && body.metadata?.mimetype !== undefined) metadata.mimetype = body.metadata.mimetype;
    const target = { bucket: destinationBucket, name: destinationKey, upsert: request.headers['x-upsert'] === 'true', operation };
    const { id } = await uploads.copy(caller, target, source.version, {
      bucket: destinationBucket,
      name: destinationKey,
      owner: caller.sub,
      metadata,
      userMetadata: copyMetadata ? source.user_metadata : given
    });
    return {
      Id: id,
      Key: `${destinationBucket}/${destinationKey}`,
      id,
      name: destinationKey,
      bucket_id: destinationBucket,
      metadata
    };
  });

  app.delete('/object/:bucket', async (request) => {
    const caller = await requireCaller(request, secret);
    const { bucket } = bucketParams.parse(request.params);
    const { prefixes } = read(deleteBody, request.body, 'body');
    const deleted = await database.asCaller(caller, 'storage.object.delete_many', (tx) => deleteObjects(tx, bucket, prefixes));
    await removeFiles(deleted);
    return deleted;
  });

  app.delete('/object/:bucket/*', async (request) => {
    const caller = await requireCaller(request, secret);
    const { bucket, name } = objectOf(request);
    const deleted = await database.asOwner('storage.object.delete', async (tx, become) => {
      if (!(await findObject(tx, bucket, name))) throw new StorageError('no_such_key');
      await become(caller);
      return deleteObjects(tx, bucket, [name]);
    });
    if (deleted.length === 0) throw new StorageError('access_denied');
    await removeFiles(deleted);
    return { message: 'Successfully deleted' };
  });

  async function removeFiles(objects: StoredObject[]): Promise<void> {
    await files.remove(...objects.map(({ version }) => version));
  }
}
