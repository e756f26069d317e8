/** What the channel's user may do on its topic: asked when it is first needed, and kept until the token changes. */
import { type Extension, mayJoin, type Policies, PUBLIC, UNASKED, withAnswers } from '../authorization/policies.ts';
import { Refused } from '../errors.ts';
import type { Channel } from './channel.ts';

/** The rights to read with which a channel starts, or goes on under a new token. Throws Refused when there are none. */
export async function readRights(channel: Channel): Promise<Policies> {
  if (!channel.config.private) return PUBLIC;
  const policies = await askRead(channel, UNASKED, channel.presenceEnabled ? ['broadcast', 'presence'] : ['broadcast']);
  if (!mayJoin(policies)) throw new Refused('Unauthorized', { topic: channel.name });
  return policies;
}

/** Finds out which of these may be written, as far as that is not known. */
export async function learnWrite(channel: Channel, extensions: readonly Extension[]): Promise<void> {
  const unknown = extensions.filter((extension) => channel.policies[extension].write === null);
  if (unknown.length > 0) await askWrite(channel, unknown);
}

/** Whether it may be present. Being so for the first time also asks whether it may see others. */
export async function mayTrack(channel: Channel): Promise<boolean> {
  if (channel.policies.presence.read === null) channel.policies = await askRead(channel, channel.policies, ['presence']);
  if (channel.policies.presence.write === null) await askWrite(channel, ['presence']);
  return channel.policies.presence.write === true;
}

async function askRead(channel: Channel, policies: Policies, extensions: readonly Extension[]): Promise<Policies> {
  const granted = await channel.services.authorizer.mayRead(contextOf(channel), extensions);
  return withAnswers(policies, 'read', extensions, granted);
}

async function askWrite(channel: Channel, extensions: readonly Extension[]): Promise<void> {
  const granted = await channel.services.authorizer.mayWrite(contextOf(channel), extensions);
  channel.policies = withAnswers(channel.policies, 'write', extensions, granted);
}

function contextOf({ name, claims, connection }: Channel) {
  return { topic: name, claims, headers: connection.handshake.headers };
}
