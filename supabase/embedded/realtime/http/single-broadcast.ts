/** POST /api/broadcast/<topic>/events/<event>: one message, JSON or bytes, and a clear answer. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Refused } from '../errors.ts';
import { TOPIC_PREFIX } from '../protocol/events.ts';
import { sharedBroadcast } from '../protocol/shared-frame.ts';
import type { Services } from '../services.ts';
import { authenticate } from './authenticate.ts';

const paramsSchema = z.object({ topic: z.string().min(1), event: z.string().min(1) });
const querySchema = z.object({ private: z.string().optional() });

const JSON_TYPE = 'application/json';
const BYTES_TYPE = 'application/octet-stream';

export function singleBroadcast(app: FastifyInstance, services: Services): void {
  app.post('/api/broadcast/:topic/events/:event', async (request, reply) => {
    const claims = await authenticate(request, services.tokens);
    if (!claims) return reply.status(401).send({ message: 'Unauthorized' });
    const encoding = encodingOf(request.headers['content-type']);
    if (!encoding) return reply.status(415).send({ error: `Unsupported Media Type. Use ${JSON_TYPE} or ${BYTES_TYPE}` });
    const { topic, event } = paramsSchema.parse(request.params);
    const isPrivate = querySchema.parse(request.query).private === 'true';
    const payload = request.body instanceof Buffer ? request.body : Buffer.from(JSON.stringify(request.body ?? null));
    if (payload.length > services.limits.payloadBytes) {
      return reply.status(422).send({ errors: { payload: ['Payload size exceeds tenant limit'] } });
    }
    if (isPrivate) {
      try {
        const headers = request.headers as Record<string, string>;
        const granted = await services.authorizer.mayWrite({ topic, claims, headers }, ['broadcast']);
        if (granted.length === 0) return reply.status(403).send({ message: 'Unauthorized' });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        services.log('error', error.code, error.message, { topic });
        return reply.status(422).send({ message: messageFor(error) });
      }
    }
    services.hub.broadcast({ name: topic, isPrivate }, () => ({
      frame: sharedBroadcast({ topic: TOPIC_PREFIX + topic, event, encoding, payload })
    }));
    return reply.status(202).send();
  });
}

function encodingOf(contentType = ''): 'json' | 'binary' | null {
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  if (type === JSON_TYPE) return 'json';
  return type === BYTES_TYPE ? 'binary' : null;
}

function messageFor({ code }: Refused): string {
  switch (code) {
    case 'RlsPolicyError':
      return 'RLS policy error';
    case 'QueryCanceled':
      return 'Query canceled';
    case 'MissingPartition':
      return 'Missing messages partition';
    default:
      return 'Tenant database unavailable';
  }
}
