/** A client's broadcast, on its way to everyone else on the topic. */
import { Refused } from '../errors.ts';
import { causeOf } from '../log.ts';
import { broadcastPayloadSchema } from '../protocol/broadcast.ts';
import { EVENT } from '../protocol/events.ts';
import { type ClientMessage, RawJson } from '../protocol/message.ts';
import { sharedBroadcast, type SharedFrame, sharedPush } from '../protocol/shared-frame.ts';
import type { Channel } from './channel.ts';
import { mayBroadcast } from './rights.ts';

/** Why a broadcast went nowhere; whoever asked for an acknowledgement is told. */
type Failure =
  | 'unauthorized'
  | 'payload_size_exceeded'
  | 'invalid_payload'
  | 'rls_policy_error'
  | 'query_canceled'
  | 'missing_partition'
  | 'unable_to_connect_to_project'
  | 'unable_to_set_policies';

export function receiveBroadcast(channel: Channel, message: ClientMessage): void | Promise<void> {
  // The usual case is answered within this turn: nothing is asked again while the token stays.
  if (channel.policies.broadcast.write === null) return authorizeThenSend(channel, message);
  finish(channel, message, channel.policies.broadcast.write ? send(channel, message) : 'unauthorized');
}

async function authorizeThenSend(channel: Channel, message: ClientMessage): Promise<void> {
  let failure: Failure | undefined;
  try {
    failure = (await mayBroadcast(channel)) ? send(channel, message) : 'unauthorized';
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    failure = failureOf(error);
    channel.services.log('error', error.code, error.message, { topic: channel.topic, cause: causeOf(error) });
  }
  finish(channel, message, failure);
}

function finish(channel: Channel, message: ClientMessage, failure: Failure | undefined): void {
  if (failure) channel.services.log('warning', 'BroadcastRefused', failure, { topic: channel.topic, sub: channel.claims.sub });
  if (!channel.config.broadcast.ack) return;
  channel.reply(message, failure ? { status: 'error', response: { error: failure } } : { status: 'ok' });
}

function send(channel: Channel, message: ClientMessage): Failure | undefined {
  const frame = frameOf(channel, message);
  if (typeof frame === 'string') return frame;
  channel.broadcast(frame);
  return undefined;
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
      return 'unable_to_connect_to_project';
    default:
      return 'unable_to_set_policies';
  }
}
