/** Resumable uploads: tus-server answers; here is only who asks. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requireCaller } from '../caller.ts';
import { StorageError } from '../errors.ts';
import type { ResumableUploads, Sender } from '../resumable/resumable-uploads.ts';
import type { StorageService } from '../service.ts';
import { verifyToken } from '../tokens.ts';
import { SERVICE } from './uploads.ts';

/** Below the plugin's own prefix. */
export const RESUMABLE_PATH = '/upload/resumable';

export async function resumableRoutes(
  app: FastifyInstance,
  { secret }: StorageService,
  resumable: ResumableUploads
): Promise<void> {
  // Bytes are for tus-server to read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));

  const pass = (request: FastifyRequest, reply: FastifyReply, sender: Sender, suffix: '' | '_signed') => {
    reply.hijack();
    return resumable.handle(request.raw, reply.raw, sender, suffix);
  };

  async function own(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const caller = await requireCaller(request, secret);
    const upsert = request.headers['x-upsert'] === 'true';
    await pass(request, reply, async () => ({ caller, owner: caller.sub, upsert }), '');
  }

  async function signed(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const token = request.headers['x-signature'];
    if (typeof token !== 'string') throw new StorageError('invalid_signature', 'Missing x-signature header');
    const sender: Sender = async (object) => {
      const { owner, upsert } = await verifyToken(secret, token, 'upload', object);
      return { caller: SERVICE, owner, upsert };
    };
    await pass(request, reply, sender, '_signed');
  }

  for (const [path, handler] of [
    [RESUMABLE_PATH, own],
    [`${RESUMABLE_PATH}/sign`, signed]
  ] as const) {
    app.post(path, handler);
    app.route({ method: ['HEAD', 'PATCH', 'DELETE'], url: `${path}/:id`, handler });
    // What the server can do is no secret.
    app.options(path, (request, reply) => pass(request, reply, () => Promise.reject(new StorageError('access_denied')), ''));
  }
}
