/** A new token for a channel that is joined: its rights are asked anew, and a right to read that is lost ends it. */
import { readRevoked } from '../authorization/policies.ts';
import { Refused } from '../errors.ts';
import { causeOf } from '../log.ts';
import { accessTokenPayloadSchema } from '../protocol/access-token.ts';
import type { ClientMessage } from '../protocol/message.ts';
import type { Channel } from './channel.ts';
import { readRights } from './rights.ts';

export function receiveAccessToken(channel: Channel, { body }: ClientMessage): void | Promise<void> {
  const parsed = accessTokenPayloadSchema.safeParse(body.kind === 'json' ? body.payload : undefined);
  const token = parsed.data?.access_token;
  if (token === undefined || token === null || token === channel.token || token.startsWith('sb_')) return;
  const heldMs = channel.tokenHold.take(token);
  if (heldMs === null) return applyAccessToken(channel, token);
  channel.services.log('info', 'AccessTokenRefreshThrottled', `A new token is held back for ${Math.ceil(heldMs)} ms`, {
    topic: channel.topic,
    sub: channel.claims.sub
  });
}

/** From here on the channel acts with this token. */
export async function applyAccessToken(channel: Channel, token: string): Promise<void> {
  const { services } = channel;
  try {
    channel.token = token;
    channel.claims = await channel.connection.verify(token);
    channel.belongTo(channel.claims.sub);
    const before = channel.policies;
    channel.policies = await readRights(channel);
    if (readRevoked(before, channel.policies)) throw lostRead(channel);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    services.log('warning', error.code, error.message, { topic: channel.topic, cause: causeOf(error) });
    return channel.shutDown(error.message);
  }
  if (channel.ended) return;
  channel.expiry.watch(channel.claims, services.tokens);
  channel.changes?.renew();
}

function lostRead({ name }: Channel): Refused {
  return new Refused('ReadRevoked', { topic: name });
}
