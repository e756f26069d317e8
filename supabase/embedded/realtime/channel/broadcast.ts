/** A client's broadcast, on its way to everyone else on the topic, and into the table if it is to be stored. */
import { randomUUID } from 'node:crypto';
import type { Extension } from '../authorization/policies.ts';
import { asRefusal, Refused } from '../errors.ts';
import { causeOf } from '../log.ts';
import { broadcastPayloadSchema } from '../protocol/broadcast.ts';
import { EVENT } from '../protocol/events.ts';
import { type ClientMessage, RawJson, type UserBroadcast } from '../protocol/message.ts';
import { parsePersist, type Persist, persistOf } from '../protocol/persist.ts';
import { sharedBroadcast, type SharedFrame, sharedPush } from '../protocol/shared-frame.ts';
import type { Channel } from './channel.ts';
import { learnWrite } from './rights.ts';

/** Why a broadcast went nowhere; whoever asked for an acknowledgement is told. */
type Failure =
  | 'unauthorized'
  | 'payload_size_exceeded'
  | 'invalid_payload'
  | 'invalid_persist_ttl'
  | 'rls_policy_error'
  | 'query_canceled'
  | 'missing_partition'
  | 'unable_to_connect_to_project'
  | 'increase_connection_pool'
  | 'unable_to_set_policies';

export function receiveBroadcast(channel: Channel, message: ClientMessage): void | Promise<void> {
  const persist = persistWish(channel, message);
  if (persist === undefined) return finish(channel, message, 'invalid_persist_ttl');
  const { broadcast, persistence } = channel.policies;
  // The usual case is answered within this turn: nothing is asked again while the token stays.
  if (broadcast.write === null || (persist && persistence.write === null)) return learnThenSend(channel, message, persist);
  return send(channel, message, persist);
}

/** On a public channel nothing is stored. */
function persistWish({ config, services }: Channel, { body }: ClientMessage): Persist | null | undefined {
  if (!config.private || body.kind !== 'broadcast') return null;
  return parsePersist(persistOf(body.metadata), services.limits.persistSeconds);
}

async function learnThenSend(channel: Channel, message: ClientMessage, persist: Persist | null): Promise<void> {
  const extensions: Extension[] = persist ? ['broadcast', 'persistence'] : ['broadcast'];
  try {
    await learnWrite(channel, extensions);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    channel.services.log('error', error.code, error.message, { topic: channel.topic, cause: causeOf(error) });
    return finish(channel, message, failureOf(error));
  }
  return send(channel, message, persist);
}

function send(channel: Channel, message: ClientMessage, persist: Persist | null): void | Promise<void> {
  if (!channel.policies.broadcast.write) return finish(channel, message, 'unauthorized');
  channel.services.rates.events.add();
  const frame = frameOf(channel, message);
  if (typeof frame === 'string') return finish(channel, message, frame);
  const { topic } = channel;
  const { body } = message;
  if (!persist || !channel.policies.persistence.write || body.kind !== 'broadcast') {
    channel.broadcast(frame);
    return finish(channel, message);
  }
  // It goes out first. Who joins meanwhile and gets it by replay as well knows it by its id.
  const id = randomUUID();
  channel.broadcast(frame, id);
  const stored = store(channel, id, { topic, event: body.event, encoding: body.encoding, payload: body.payload }, persist);
  if (!channel.config.broadcast.ack) return;
  return stored.then((done) => channel.reply(message, { status: 'ok', response: done ? { id } : {} }));
}

/** False when that failed, which does not undo the broadcast. */
async function store(channel: Channel, id: string, broadcast: UserBroadcast, { ttlSeconds }: Persist): Promise<boolean> {
  const { messages, log } = channel.services;
  try {
    await messages.store(id, broadcast, ttlSeconds);
    return true;
  } catch (error) {
    const refusal = asRefusal(error);
    log('error', refusal.code, refusal.message, { topic: channel.topic, cause: causeOf(refusal) });
    return false;
  }
}

function finish(channel: Channel, message: ClientMessage, failure?: Failure): void {
  if (failure) {
    channel.services.metrics.dropped.refused += 1;
    channel.services.log('warning', 'BroadcastRefused', failure, { topic: channel.topic, sub: channel.claims.sub });
  }
  if (!channel.config.broadcast.ack) return;
  channel.reply(message, failure ? { status: 'error', response: { error: failure } } : { status: 'ok' });
}

function frameOf({ topic, services }: Channel, { body }: ClientMessage): SharedFrame | Failure {
  const most = services.limits.payloadBytes;
  switch (body.kind) {
    case 'broadcast':
      if (body.payload.length > most) return 'payload_size_exceeded';
      // It goes on unread, but what is not JSON would break every receiver.
      if (body.encoding === 'json' && !isJson(body.payload)) return 'invalid_payload';
      return sharedBroadcast({ topic, event: body.event, encoding: body.encoding, payload: body.payload });
    case 'json': {
      if (!broadcastPayloadSchema.safeParse(body.payload).success) return 'invalid_payload';
      const text = JSON.stringify(body.payload);
      if (Buffer.byteLength(text) > most) return 'payload_size_exceeded';
      return sharedPush(topic, EVENT.broadcast, new RawJson(text));
    }
    case 'bytes':
      return 'invalid_payload';
    default: {
      const never: never = body;
      return never;
    }
  }
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}

function failureOf({ code }: Refused): Failure {
  switch (code) {
    case 'RlsPolicyError':
      return 'rls_policy_error';
    case 'QueryCanceled':
      return 'query_canceled';
    case 'MissingPartition':
      return 'missing_partition';
    case 'UnableToConnectToProject':
    case 'DatabaseLackOfConnections':
      return 'unable_to_connect_to_project';
    case 'IncreaseConnectionPool':
      return 'increase_connection_pool';
    default:
      return 'unable_to_set_policies';
  }
}
