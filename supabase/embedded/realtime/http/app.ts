/** Realtime over plain HTTP: sending without a connection, and how the server is. */
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';
import { batchBroadcast } from './batch-broadcast.ts';
import { health } from './health.ts';
import { metricsRoute } from './metrics.ts';
import { limitRequests } from './rate-limit.ts';
import { singleBroadcast } from './single-broadcast.ts';

export async function createApp(services: Services): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: services.limits.frameBytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1_024, ignoreTrailingSlash: true }
  });
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) services.log('error', 'UnknownErrorOnController', error.message, { stack: error.stack });
    void reply.status(status).send({ message: status >= 500 ? 'Unknown error' : error.message });
  });
  app.setNotFoundHandler((_request, reply) => reply.status(404).send({ message: 'not found' }));
  await app.register(cors, { origin: '*' });
  logRefusals(app, services);
  limitRequests(app, services);
  app.get('/api/ping', () => ({ message: 'Success' }));
  health(app, services);
  metricsRoute(app, services);
  batchBroadcast(app, services);
  singleBroadcast(app, services);
  return app;
}

/** Bodies of refusals are short. */
const LONGEST_REASON = 1_000;

function logRefusals(app: FastifyInstance, { log }: Services): void {
  app.addHook('onSend', async (request, reply, body) => {
    const { statusCode: status } = reply;
    if (status < 400 || request.url === '/healthz') return;
    const reason = typeof body === 'string' && body !== '' ? body.slice(0, LONGEST_REASON) : `Status ${status}`;
    // The path alone: a query may hold a key.
    log('warning', 'RequestRefused', reason, { status, method: request.method, path: request.url.split('?', 1)[0] });
  });
}
