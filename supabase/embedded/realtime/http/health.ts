/** How the server is: for load balancers (`/healthz`), and in the real server's words for one project. */
import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';
import { authenticate } from './authenticate.ts';

export function health(app: FastifyInstance, services: Services): void {
  const { replication, connections, hub, people, tokens } = services;

  app.get('/healthz', (_request, reply) => {
    const position = replication.position();
    const well = position.streaming && !services.draining;
    return reply.status(well ? 200 : 503).send({ replication: position, connections: connections.size, topics: hub.size });
  });

  // There is one project here, whatever it is called.
  app.get('/api/tenants/:id/health', async (request, reply) => {
    if (!(await authenticate(request, tokens))) return reply.status(403).send();
    const { streaming } = replication.position();
    return {
      data: {
        healthy: streaming || people.connected === 0,
        db_connected: streaming,
        replication_connected: streaming,
        connected_cluster: people.connected,
        region: null,
        node: 'embedded'
      }
    };
  });
}
