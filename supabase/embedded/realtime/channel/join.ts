/** A join, in the real server's order of checks. Throws Refused with what the client is told. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { broadcastOf, type StoredMessage } from '../database/messages.ts';
import { Refused } from '../errors.ts';
import { DEFAULT_JOIN, type JoinPayload, joinSchema, replaySchema } from '../protocol/join.ts';
import type { ClientMessage } from '../protocol/message.ts';
import { sharedBroadcast, type SharedFrame } from '../protocol/shared-frame.ts';
import type { Channel } from './channel.ts';
import { askedChanges } from './postgres-changes.ts';
import { readRights } from './rights.ts';

export async function join(channel: Channel, message: ClientMessage): Promise<void> {
  const { services, connection } = channel;
  const { config, access_token, user_token } = readPayload(channel, message);
  channel.config = config;
  channel.presenceEnabled = config.presence.enabled;
  channel.presenceKey = presenceKey(config.presence.key);
  channel.token = tokenFor(user_token ?? access_token, connection.handshake.token);

  if (services.draining) throw new Refused('RealtimeRestarting');
  if (channel.name === '') throw new Refused('TopicNameRequired');
  if (services.privateOnly && !config.private) throw new Refused('PrivateOnly');
  services.people.admit(connection);
  if (services.rates.joins.reached) throw new Refused('ClientJoinRateLimitReached');
  services.rates.joins.add();
  if (connection.channelCount > services.limits.channelsPerClient) throw new Refused('ChannelRateLimitReached');
  channel.claims = await connection.verify(channel.token);
  channel.belongTo(channel.claims.sub);
  channel.policies = await readRights(channel);
  if (channel.ended) return;
  channel.enter();
  const replay = await messagesToReplay(channel);
  const changes = (channel.changes = askedChanges(channel, message));
  const { wait, timeout } = config.postgres_changes_options;
  if (wait) await changes?.waitFor(timeout);
  if (channel.ended) return changes?.end();

  channel.open();
  channel.reply(message, { status: 'ok', response: { postgres_changes: changes?.entries ?? [] } });
  if (channel.presenceEnabled) channel.sendPresenceState();
  channel.release(replay?.flatMap(replayed));
  channel.expiry.watch(channel.claims, services.tokens);
  if (wait) changes?.tellSubscribed();
  else changes?.renew();
  if (config.broadcast.replication_ready) tellWhenReplicating(channel);
}

/** What is structurally wrong is reported and passed over, as if it had not been said. */
function readPayload(channel: Channel, { body }: ClientMessage): JoinPayload {
  const parsed = joinSchema.safeParse(body.kind === 'json' ? (body.payload ?? {}) : undefined);
  if (parsed.success) return parsed.data;
  channel.services.log('error', 'InvalidJoinPayload', z.prettifyError(parsed.error), { topic: channel.topic });
  return DEFAULT_JOIN;
}

function presenceKey(key: unknown): string {
  if (key === undefined || key === null || key === '') return randomUUID();
  return typeof key === 'string' ? key : JSON.stringify(key);
}

/** An API key in the place of a token stands for the connection's own. */
export function tokenFor(token: string | null | undefined, ofConnection: string): string {
  return token === null || token === undefined || token.startsWith('sb_') ? ofConnection : token;
}

async function messagesToReplay(channel: Channel): Promise<StoredMessage[] | undefined> {
  const { replay } = channel.config.broadcast;
  if (replay === undefined || replay === null) return undefined;
  if (!channel.config.private)
    throw new Refused('UnableToReplayMessages', { reason: 'Replay is not allowed for public channels' });
  if (channel.policies.broadcast.read !== true) throw new Refused('Unauthorized', { topic: channel.name });
  const params = replaySchema.safeParse(replay);
  if (!params.success) throw new Refused('UnableToReplayMessages', { reason: 'Replay params are not valid' });
  const { since, limit } = params.data;
  const most = channel.services.limits.replayMessages;
  return channel.services.messages.since(channel.name, since, Math.min(Math.max(limit ?? most, 1), most));
}

function replayed(row: StoredMessage): { id: string; frame: SharedFrame }[] {
  const broadcast = broadcastOf(row, { replayed: true, id: row.id });
  return broadcast ? [{ id: row.id, frame: sharedBroadcast(broadcast) }] : [];
}

/** Not waited for: what else the client sends is not held up by it. */
function tellWhenReplicating(channel: Channel): void {
  const { replication, limits } = channel.services;
  const late = setTimeout(
    () => channel.shutDown('Replication connection was not established in time'),
    limits.replicationReadyMs
  ).unref();
  void replication.ready().then(() => {
    clearTimeout(late);
    channel.tell('ok', 'Replication connection established');
  });
}
