/** POST /api/broadcast/<topic>/events/<event>: one message, JSON or bytes, and a clear answer. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../authorization/authorizer.ts';
import type { Extension } from '../authorization/policies.ts';
import { asRefusal, Refused } from '../errors.ts';
import { causeOf } from '../log.ts';
import { TOPIC_PREFIX } from '../protocol/events.ts';
import type { UserBroadcast } from '../protocol/message.ts';
import { parsePersist, type Persist } from '../protocol/persist.ts';
import { sharedBroadcast } from '../protocol/shared-frame.ts';
import type { Services } from '../services.ts';
import { authenticate } from './authenticate.ts';

const paramsSchema = z.object({ topic: z.string().min(1), event: z.string().min(1) });
const querySchema = z.object({
  private: z.string().optional(),
  persist: z.string().optional(),
  'persist[ttl]': z.coerce.number().optional().catch(Number.NaN)
});

const JSON_TYPE = 'application/json';
const BYTES_TYPE = 'application/octet-stream';

export function singleBroadcast(app: FastifyInstance, services: Services): void {
  app.post('/api/broadcast/:topic/events/:event', async (request, reply) => {
    const claims = await authenticate(request, services.tokens);
    if (!claims) return reply.status(401).send({ message: 'Unauthorized' });
    const encoding = encodingOf(request.headers['content-type']);
    if (!encoding) return reply.status(415).send({ error: `Unsupported Media Type. Use ${JSON_TYPE} or ${BYTES_TYPE}` });
    const { topic, event } = paramsSchema.parse(request.params);
    const query = querySchema.parse(request.query);
    const isPrivate = query.private === 'true';
    const payload = request.body instanceof Buffer ? request.body : Buffer.from(JSON.stringify(request.body ?? null));
    const persist = parsePersist(persistWish(query), services.limits.persistSeconds);
    const wrong = faultsOf(payload, persist, isPrivate, services);
    if (wrong) return reply.status(422).send({ errors: wrong });
    const { events } = services.rates;
    if (events.reached) return reply.status(429).send({ message: 'You have exceeded your rate limit' });

    let mayPersist = false;
    if (isPrivate) {
      try {
        const context = { topic, claims, headers: request.headers as Record<string, string> };
        const granted = await mayWrite(context, persist, services);
        if (!granted.includes('broadcast')) return reply.status(403).send({ message: 'Unauthorized' });
        mayPersist = granted.includes('persistence');
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        services.log('error', error.code, error.message, { topic, cause: causeOf(error) });
        const { status, message } = answerFor(error);
        return reply.status(status).send({ message });
      }
    }
    events.add();
    services.metrics.broadcasts += 1;
    const broadcast: UserBroadcast = { topic: TOPIC_PREFIX + topic, event, encoding, payload };
    const id = persist && mayPersist ? randomUUID() : undefined;
    services.hub.broadcast({ name: topic, isPrivate }, () => ({ frame: sharedBroadcast(broadcast), id }));
    // The answer says that it was sent, as the real server's does; it does not wait for the table.
    if (id !== undefined) store(services, id, broadcast, persist!.ttlSeconds);
    return reply.status(202).send();
  });
}

function mayWrite(context: Context, persist: Persist | null | undefined, { authorizer }: Services): Promise<Extension[]> {
  return authorizer.mayWrite(context, persist ? ['broadcast', 'persistence'] : ['broadcast']);
}

function store({ messages, log }: Services, id: string, broadcast: UserBroadcast, ttlSeconds: number | null): void {
  messages.store(id, broadcast, ttlSeconds).catch((error: unknown) => {
    const refusal = asRefusal(error);
    log('error', refusal.code, refusal.message, { topic: broadcast.topic, cause: causeOf(refusal) });
  });
}

function persistWish({ persist, 'persist[ttl]': ttl }: z.infer<typeof querySchema>): unknown {
  return ttl === undefined ? persist === 'true' : { ttl };
}

/** What is wrong with it by field; undefined when nothing is. */
function faultsOf(
  payload: Buffer,
  persist: Persist | null | undefined,
  isPrivate: boolean,
  { limits }: Services
): Record<string, string[]> | undefined {
  if (payload.length > limits.payloadBytes) return { payload: ['Payload size exceeds tenant limit'] };
  if (persist === undefined) {
    return { persist: [`ttl must be a positive integer of seconds from 1 to ${limits.persistSeconds}`] };
  }
  if (persist && !isPrivate) return { persist: ['can only be used on private channels'] };
  return undefined;
}

function encodingOf(contentType = ''): 'json' | 'binary' | null {
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  if (type === JSON_TYPE) return 'json';
  return type === BYTES_TYPE ? 'binary' : null;
}

function answerFor({ code }: Refused): { status: number; message: string } {
  switch (code) {
    case 'RlsPolicyError':
      return { status: 422, message: 'RLS policy error' };
    case 'QueryCanceled':
      return { status: 422, message: 'Query canceled' };
    case 'MissingPartition':
      return { status: 422, message: 'Missing messages partition' };
    case 'IncreaseConnectionPool':
      return { status: 429, message: 'Connection pool exhausted' };
    case 'DatabaseLackOfConnections':
      return { status: 422, message: 'Tenant database has too many connections' };
    default:
      return { status: 422, message: 'Tenant database unavailable' };
  }
}
