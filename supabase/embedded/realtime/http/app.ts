/** Realtime over plain HTTP: sending without a connection, and how the server is. */
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';
import { batchBroadcast } from './batch-broadcast.ts';
import { singleBroadcast } from './single-broadcast.ts';

export async function createApp(services: Services): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: services.limits.frameBytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1_024 }
  });
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) services.log('error', 'UnknownErrorOnController', error.message, { stack: error.stack });
    void reply.status(status).send({ message: status >= 500 ? 'Unknown error' : error.message });
  });
  app.setNotFoundHandler((_request, reply) => reply.status(404).send({ message: 'not found' }));
  await app.register(cors, { origin: '*' });
  app.get('/api/ping', () => ({ message: 'Success' }));
  app.get('/healthz', (_request, reply) => {
    const replication = services.replication.position();
    return reply
      .status(replication.streaming ? 200 : 503)
      .send({ replication, connections: services.connections.size, topics: services.hub.size });
  });
  batchBroadcast(app, services);
  singleBroadcast(app, services);
  return app;
}
