/** Uploads: POST makes an object (or replaces one with `x-upsert: true`), PUT replaces one, or fills a signed URL. */
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Caller, requireCaller } from '../caller.ts';
import { objectOf, read, type StorageService } from '../service.ts';
import { verifyToken } from '../tokens.ts';
import { readUpload } from '../upload-body.ts';
import type { Target } from '../uploads.ts';

const signedQuery = z.object({ token: z.string() });

/** Whom a signed upload acts as: what it may write was decided when the URL was made. */
export const SERVICE: Caller = { role: 'service_role', sub: undefined, claims: '{"role":"service_role"}', authenticated: true };

export async function uploadRoutes(app: FastifyInstance, { uploads, secret }: StorageService): Promise<void> {
  // Bytes are for the store to read as they come, whatever type they claim to have.
  app.removeAllContentTypeParsers();
  await app.register(multipart, { throwFileSizeLimit: false });
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));

  async function put(request: FastifyRequest, caller: Caller, target: Target, owner?: string) {
    const rules = await uploads.rules(target.bucket, target.name);
    const body = await readUpload(request, rules.sizeLimit);
    const { id } = await uploads.put(caller, target, body, rules, owner);
    return { Id: id, Key: `${target.bucket}/${target.name}` };
  }

  app.post('/object/:bucket/*', async (request) => {
    const caller = await requireCaller(request, secret);
    const upsert = request.headers['x-upsert'] === 'true';
    return put(request, caller, { ...objectOf(request), upsert, operation: 'storage.object.upload' });
  });

  app.put('/object/:bucket/*', async (request) => {
    const caller = await requireCaller(request, secret);
    return put(request, caller, { ...objectOf(request), upsert: true, operation: 'storage.object.upload_update' });
  });

  app.put('/object/upload/sign/:bucket/*', async (request) => {
    const { token } = read(signedQuery, request.query, 'querystring');
    const { bucket, name } = objectOf(request);
    const { owner, upsert } = await verifyToken(secret, token, 'upload', `${bucket}/${name}`);
    const { Key } = await put(request, SERVICE, { bucket, name, upsert, operation: 'storage.object.upload_signed' }, owner);
    return { Key };
  });
}
