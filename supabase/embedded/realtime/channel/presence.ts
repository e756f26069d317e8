/** A client's `track` and `untrack`. */
import { Refused } from '../errors.ts';
import { causeOf } from '../log.ts';
import type { PresencePayload } from '../presence/presences.ts';
import type { ClientMessage } from '../protocol/message.ts';
import { presencePayloadSchema } from '../protocol/presence.ts';
import type { Channel } from './channel.ts';
import { mayTrack } from './rights.ts';

export async function receivePresence(channel: Channel, message: ClientMessage): Promise<void> {
  const parsed = presencePayloadSchema.safeParse(message.body.kind === 'json' ? message.body.payload : undefined);
  // Without an event it means nothing, and is answered as the real server does.
  if (!parsed.success) return channel.reply(message, { status: 'ok' });
  if (!channel.presenceLimit.take()) return channel.shutDown('Client presence rate limit exceeded');
  const { event, payload = {} } = parsed.data;
  switch (event) {
    case 'track':
      return track(channel, message, payload);
    case 'untrack':
      channel.untrack();
      return channel.reply(message, { status: 'ok' });
    default:
      channel.services.log('warning', 'UnknownPresenceEvent', event, { topic: channel.topic });
      return channel.reply(message, { status: 'error', response: { reason: `Unknown presence event: ${event}` } });
  }
}

async function track(channel: Channel, message: ClientMessage, payload: unknown): Promise<void> {
  try {
    if (!(await mayTrack(channel))) {
      return refuse(channel, message, `You do not have permissions to be present on this Channel topic: ${channel.name}`);
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return refuse(channel, message, error.message, causeOf(error));
  }
  if (channel.ended) return;
  if (!isObject(payload)) return refuse(channel, message, 'Presence track payload must be a map');
  if (Buffer.byteLength(JSON.stringify(payload)) > channel.services.limits.payloadBytes) {
    return channel.shutDown('Track message size exceeded');
  }
  if (!channel.mayTakePresence()) return;
  channel.services.metrics.presenceCalls += 1;
  channel.track(payload);
  channel.reply(message, { status: 'ok' });
  // Whoever did not say at the join that they want to see others learns now who is here.
  if (!channel.presenceEnabled) channel.sendPresenceState();
  channel.presenceEnabled = true;
}

function refuse(channel: Channel, message: ClientMessage, reason: string, cause?: string): void {
  channel.services.log('warning', 'UnableToHandlePresence', reason, { topic: channel.topic, sub: channel.claims.sub, cause });
  channel.reply(message, { status: 'error', response: { reason } });
}

function isObject(payload: unknown): payload is PresencePayload {
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload);
}
