/** Keys, epochs and envelopes that have the right form and hold nothing: the database cannot tell. */
import { randomUUID } from 'node:crypto';
import type { Session, World } from './world.ts';

const key = 'A'.repeat(43);
const signature = 'A'.repeat(86);
const sealed = { enc: key, ciphertext: 'A'.repeat(64) };

/** The next entry of a key log, after one with this number. */
export const nextEntry = (before: number, event: object) => ({
  number: before + 1,
  previous: before === 0 ? '' : key,
  at: 1_790_000_000_000,
  event,
  signature
});

export const identity = { kind: 'identity', identityKey: key };
export const added = (deviceId: string) => ({ kind: 'device_added', deviceId, signingKey: key, sealingKey: key });

/** Gives whoever is signed in here a key log with one device; returns its id. */
export async function setUp(session: Session): Promise<string> {
  const deviceId = randomUUID();
  await session.query('select public.append_key_log($1)', [nextEntry(0, identity)]);
  await session.query('select public.append_key_log($1)', [nextEntry(1, added(deviceId))]);
  return deviceId;
}

/** The next epoch of a conversation as this device would make it now, with its keys: what start_epoch() takes. */
export async function nextEpoch(
  world: World,
  conversation: string,
  makerId: string,
  deviceId: string
): Promise<[string, string]> {
  const { rows } = await world.admin.query<{ number: number; previous: string; members: { deviceIds: string[] }[] }>(
    `select c.key_epoch + 1 as number, coalesce(e.hash, '') as previous, private.key_members(c.id) as members
     from public.conversations c
     left join public.epochs e on e.conversation_id = c.id and e.number = c.key_epoch
     where c.id = $1`,
    [conversation]
  );
  const { number, previous, members } = rows[0]!;
  const maker = { makerId, makerDeviceId: deviceId };
  const epoch = { conversationId: conversation, number, previous, ...maker, members, commitment: key, signature };
  const keys = Object.fromEntries(members.flatMap(({ deviceIds }) => deviceIds.map((id) => [id, sealed])));
  return [JSON.stringify(epoch), JSON.stringify(keys)];
}

export const envelope = (deviceId: string, counter: number, epoch = 1) => ({
  scheme: 1,
  epoch,
  deviceId,
  counter,
  afterSeq: 0,
  ciphertext: 'A'.repeat(128),
  signature
});
