/** A new token for a channel that is joined: its rights are asked anew, and a right to read that is lost ends it. */
import { readRevoked } from '../authorization/policies.ts';
import { Refused } from '../errors.ts';
import { causeOf } from '../log.ts';
import { accessTokenPayloadSchema } from '../protocol/access-token.ts';
import type { ClientMessage } from '../protocol/message.ts';
import type { Channel } from './channel.ts';
import { readRights } from './rights.ts';

export async function receiveAccessToken(channel: Channel, { body }: ClientMessage): Promise<void> {
  const parsed = accessTokenPayloadSchema.safeParse(body.kind === 'json' ? body.payload : undefined);
  const token = parsed.data?.access_token;
  if (token === undefined || token === null || token === channel.token || token.startsWith('sb_')) return;
  const { services } = channel;
  try {
    channel.token = token;
    channel.claims = await services.tokens.verify(token);
    const before = channel.policies;
    channel.policies = await readRights(channel);
    if (readRevoked(before, channel.policies)) throw lostRead(channel);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    services.log('warning', error.code, error.message, { topic: channel.topic, cause: causeOf(error) });
    return channel.shutDown(error.message);
  }
  if (!channel.ended) channel.expiry.watch(channel.claims, services.tokens);
}

function lostRead({ name }: Channel): Refused {
  return new Refused('ReadRevoked', { topic: name });
}
