/** POST /api/broadcast: several messages in one request. Those that may not be sent are left out without a word. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Refused } from '../errors.ts';
import { EVENT, TOPIC_PREFIX } from '../protocol/events.ts';
import { RawJson } from '../protocol/message.ts';
import { sharedPush } from '../protocol/shared-frame.ts';
import type { Services } from '../services.ts';
import type { Claims } from '../tokens.ts';
import { authenticate } from './authenticate.ts';

const BLANK = "can't be blank";

const messageSchema = z.object({
  topic: z.string({ error: BLANK }).min(1, BLANK),
  event: z.string({ error: BLANK }).min(1, BLANK),
  payload: z.record(z.string(), z.unknown(), { error: (issue) => (issue.input === undefined ? BLANK : 'is invalid') }),
  private: z.boolean({ error: 'is invalid' }).default(false),
  id: z.string().optional()
});

type Message = z.infer<typeof messageSchema>;

const bodySchema = z.object({ messages: z.array(z.unknown()).min(1) });

export function batchBroadcast(app: FastifyInstance, services: Services): void {
  app.post('/api/broadcast', async (request, reply) => {
    const claims = await authenticate(request, services.tokens);
    if (!claims) return reply.status(401).send({ message: 'Unauthorized' });
    const body = bodySchema.safeParse(request.body);
    if (!body.success) return reply.status(422).send({ errors: { messages: [BLANK] } });
    const results = body.data.messages.map((message) => check(message, services.limits.payloadBytes));
    if (results.some(({ errors }) => errors))
      return reply.status(422).send({ errors: { messages: results.map(({ errors = {} }) => errors) } });
    const messages = results.map(({ message }) => message!);
    const { events } = services.rates;
    if (events.exceededWith(0)) return reply.status(429).send({ message: 'You have exceeded your rate limit' });
    if (events.exceededWith(messages.length)) {
      return reply.status(429).send({ message: 'Too many messages to broadcast, please reduce the batch size' });
    }
    const granted = await mayWrite(messages, claims, request.headers, services);
    for (const message of messages) if (!message.private || granted.has(message.topic)) send(message, services);
    return reply.status(202).send();
  });
}

/** The message, or what is wrong with it by field. */
function check(value: unknown, payloadBytes: number): { message?: Message; errors?: Record<string, string[]> } {
  const parsed = messageSchema.safeParse(value);
  if (!parsed.success) return { errors: z.flattenError(parsed.error).fieldErrors as Record<string, string[]> };
  if (Buffer.byteLength(JSON.stringify(parsed.data.payload)) > payloadBytes) {
    return { errors: { payload: ['Payload size exceeds tenant limit'] } };
  }
  return { message: parsed.data };
}

/** The private topics among the messages' on which this sender may broadcast; each is asked about once. */
async function mayWrite(
  messages: Message[],
  claims: Claims,
  headers: object,
  { authorizer, log }: Services
): Promise<Set<string>> {
  const topics = new Set(messages.filter((message) => message.private).map(({ topic }) => topic));
  const granted = await Promise.all(
    [...topics].map(async (topic) => {
      try {
        const context = { topic, claims, headers: headers as Record<string, string> };
        const granted = (await authorizer.mayWrite(context, ['broadcast'])).length > 0;
        if (!granted) log('warning', 'BroadcastRefused', 'unauthorized', { topic, sub: claims.sub });
        return granted;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        log('error', error.code, error.message, { topic });
        return false;
      }
    })
  );
  return new Set([...topics].filter((_topic, index) => granted[index]));
}

function send({ topic, event, payload, private: isPrivate, id }: Message, { hub, rates, metrics }: Services): void {
  rates.events.add();
  metrics.broadcasts += 1;
  const body = { type: EVENT.broadcast, event, payload, ...(id === undefined ? {} : { meta: { id } }) };
  hub.broadcast({ name: topic, isPrivate }, () => ({
    frame: sharedPush(TOPIC_PREFIX + topic, EVENT.broadcast, new RawJson(JSON.stringify(body))),
    id
  }));
}
