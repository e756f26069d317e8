/**
 * Downloads and what is known of an object: with a token, from a public bucket, or by a signed URL. Where an image is asked
 * for in another size (`/render/image`), it comes as it is: nothing here can scale it.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { findBucket } from '../buckets.ts';
import { type Caller, callerOrNobody, requireCaller } from '../caller.ts';
import { describeObject, sendObject } from '../downloads.ts';
import { StorageError } from '../errors.ts';
import { findObject, type StoredObject } from '../objects.ts';
import { objectOf, read, type StorageService } from '../service.ts';
import { verifyToken } from '../tokens.ts';

const query = z.object({ download: z.string().optional() });
const signedQuery = query.extend({ token: z.string() });

export function downloadRoutes(app: FastifyInstance, { database, files, secret }: StorageService): void {
  /** The object if the caller may read it: of a public bucket anybody may, of another whom a policy lets. */
  async function findReadable(request: FastifyRequest, caller: Caller, operation: string): Promise<StoredObject> {
    const { bucket, name } = objectOf(request);
    const found = await findBucket(database.owner, bucket);
    if (!found || (!caller.authenticated && !found.public)) throw new StorageError('no_such_bucket');
    const object = found.public
      ? await findObject(database.owner, bucket, name)
      : await database.asCaller(caller, operation, (tx) => findObject(tx, bucket, name));
    if (!object) throw new StorageError('no_such_key');
    return object;
  }

  async function findPublic(request: FastifyRequest): Promise<StoredObject> {
    const { bucket, name } = objectOf(request);
    if (!(await findBucket(database.owner, bucket))?.public) throw new StorageError('no_such_bucket');
    const object = await findObject(database.owner, bucket, name);
    if (!object) throw new StorageError('no_such_key');
    return object;
  }

  const strict = (request: FastifyRequest) => requireCaller(request, secret);
  const lenient = (request: FastifyRequest) => callerOrNobody(request, secret);
  const options = { exposeHeadRoute: false };

  for (const [path, who] of [
    ['/object/authenticated/:bucket/*', strict],
    ['/render/image/authenticated/:bucket/*', strict],
    ['/object/:bucket/*', lenient]
  ] as const) {
    app.get(path, options, async (request, reply) => {
      const { download } = read(query, request.query, 'querystring');
      const object = await findReadable(request, await who(request), 'storage.object.get_authenticated');
      return sendObject(files, object, request, reply, { download });
    });
    app.head(path, async (request, reply) => {
      const object = await findReadable(request, await who(request), 'object.head_authenticated_info');
      return describeObject(object, reply).send();
    });
  }

  for (const [path, who] of [
    ['/object/info/authenticated/:bucket/*', strict],
    ['/object/info/:bucket/*', lenient]
  ] as const) {
    app.get(path, options, async (request) =>
      information(await findReadable(request, await who(request), 'object.get_authenticated_info'))
    );
  }

  for (const path of ['/object/public/:bucket/*', '/render/image/public/:bucket/*']) {
    app.get(path, options, async (request, reply) => {
      const { download } = read(query, request.query, 'querystring');
      return sendObject(files, await findPublic(request), request, reply, { download });
    });
  }
  app.head('/object/public/:bucket/*', async (request, reply) => describeObject(await findPublic(request), reply).send());
  app.get('/object/info/public/:bucket/*', options, async (request) => information(await findPublic(request)));

  app.get('/object/sign/:bucket/*', options, async (request, reply) => {
    const { token, download } = read(signedQuery, request.query, 'querystring');
    const { bucket, name } = objectOf(request);
    const { exp } = await verifyToken(secret, token, 'download', `${bucket}/${name}`);
    const object = await findObject(database.owner, bucket, name);
    if (!object) throw new StorageError('no_such_key');
    return sendObject(files, object, request, reply, { download, expires: new Date(exp * 1000) });
  });
}

function information({ id, name, version, bucket_id, metadata, user_metadata, updated_at, created_at }: StoredObject) {
  return {
    id,
    name,
    version,
    bucket_id,
    size: metadata?.size ?? null,
    content_type: metadata?.mimetype ?? null,
    cache_control: metadata?.cacheControl ?? null,
    etag: metadata?.eTag ?? null,
    metadata: user_metadata,
    last_modified: updated_at,
    created_at
  };
}
