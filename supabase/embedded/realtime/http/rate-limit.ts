/** How many requests a second the project may make, told in headers where there is a limit. */
import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';

export function limitRequests(app: FastifyInstance, { rates: { requests } }: Services): void {
  const { limit } = requests;
  if (limit === null) return;
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/') || request.method === 'OPTIONS') return;
    requests.add();
    const average = Math.trunc(requests.average);
    reply.headers({ 'x-rate-rolling': average, 'x-rate-limit': limit, 'x-rate-limit-remaining': limit - average });
    if (average >= limit) return reply.status(429).send({ message: 'Too many requests' });
  });
}
