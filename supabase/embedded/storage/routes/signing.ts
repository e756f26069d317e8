/** Signed URLs: whoever holds one may do that one thing, without a key, until it expires. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { requireCaller } from '../caller.ts';
import { StorageError } from '../errors.ts';
import { checkObjectName } from '../names.ts';
import { existingNames, findObject } from '../objects.ts';
import { objectOf, read, type StorageService } from '../service.ts';
import { signDownload, signUpload } from '../tokens.ts';
import { userMetadata } from '../upload-body.ts';

/** Seconds that a URL for uploading is good. */
const UPLOAD_EXPIRES_IN = 2 * 60 * 60;
/** Largest `expiresIn`, in seconds: a token's times have to stay exact. */
const EXPIRES_IN_MAX = 2 ** 31 - 1;

const expiresIn = z.int().min(1).max(EXPIRES_IN_MAX);
const signBody = z.object({ expiresIn });
const signManyBody = z.object({ expiresIn, paths: z.array(z.string()).min(1).max(1000) });
const bucketParams = z.object({ bucket: z.string() });

export function signingRoutes(app: FastifyInstance, { database, uploads, secret }: StorageService): void {
  app.post('/object/sign/:bucket/*', async (request) => {
    const caller = await requireCaller(request, secret);
    const { bucket, name } = objectOf(request);
    const body = read(signBody, request.body, 'body');
    const object = await database.asCaller(caller, 'storage.object.sign', (tx) => findObject(tx, bucket, name));
    if (!object) throw new StorageError('no_such_key');
    return { signedURL: await downloadUrl(`${bucket}/${name}`, body.expiresIn) };
  });

  app.post('/object/sign/:bucket', async (request) => {
    const caller = await requireCaller(request, secret);
    const { bucket } = bucketParams.parse(request.params);
    const { paths, expiresIn } = read(signManyBody, request.body, 'body');
    const found = await database.asCaller(caller, 'storage.object.sign_many', (tx) => existingNames(tx, bucket, paths));
    return Promise.all(
      paths.map(async (path) =>
        found.has(path)
          ? { error: null, path, signedURL: await downloadUrl(`${bucket}/${path}`, expiresIn) }
          : { error: 'Either the object does not exist or you do not have access to it', path, signedURL: null }
      )
    );
  });

  app.post('/object/upload/sign/:bucket/*', async (request) => {
    const caller = await requireCaller(request, secret);
    const { bucket, name } = objectOf(request);
    checkObjectName(name);
    const upsert = request.headers['x-upsert'] === 'true';
    const encoded = request.headers['x-metadata'];
    // Read for its errors: a URL that cannot be redeemed is not handed out.
    if (typeof encoded === 'string') userMetadata(Buffer.from(encoded, 'base64').toString('utf8'));
    await uploads.rules(bucket, name);
    await uploads.permit(caller, { bucket, name, upsert, operation: 'storage.object.sign_upload_url' });
    const token = await signUpload(secret, `${bucket}/${name}`, UPLOAD_EXPIRES_IN, { owner: caller.sub, upsert });
    return { url: `/object/upload/sign/${bucket}/${name}?token=${token}`, token };
  });

  async function downloadUrl(object: string, expiresIn: number): Promise<string> {
    return `/object/sign/${object}?token=${await signDownload(secret, object, expiresIn)}`;
  }
}
