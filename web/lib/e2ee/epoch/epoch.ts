import { type Bytes, type Random, sameBytes, sha256, systemRandom, type SecretKey } from '../bytes.ts';
import { SECRET_BYTES } from '../boxed.ts';
import { Distrusted } from '../errors.ts';
import type { DeviceKeys, HeldKeys, PersonKeys } from '../identity/key-log.ts';
import { openSealed, type Sealed, sealTo, type SealingKeys } from '../sealing.ts';
import { isSignedBy, sign } from '../signing.ts';
import { transcript } from '../transcript.ts';

/** Whose keys an epoch was made for: a member by their identity, with the devices that they had at a length of their log. */
export type EpochMember = { userId: string; logLength: number } & HeldKeys;

/**
 * What everybody in the conversation can read of an epoch: its number, whom its key was sealed to, and a commitment to the key,
 * signed by the device that made it. `previous` is the hash of the epoch before (empty for the first).
 */
export type Epoch = {
  conversationId: string;
  number: number;
  previous: Bytes;
  makerId: string;
  makerDeviceId: string;
  /** Sorted by user id; device ids sorted too. */
  members: readonly EpochMember[];
  commitment: Bytes;
  signature: Bytes;
};

export type NewEpoch = { epoch: Epoch; secret: Bytes; sealed: ReadonlyMap<string, Sealed> };

type Maker = { userId: string; deviceId: string; signingSecret: SecretKey };
type Place = { conversationId: string; number: number; previous: Bytes };

/** Makes the key of an epoch and seals it to every device of its members. */
export async function newEpoch(
  place: Place,
  maker: Maker,
  people: readonly PersonKeys[],
  random: Random = systemRandom
): Promise<NewEpoch> {
  const secret = random(SECRET_BYTES);
  const unsigned = {
    ...place,
    makerId: maker.userId,
    makerDeviceId: maker.deviceId,
    members: membersOf(people),
    commitment: await commitmentTo(place, secret)
  };
  const epoch = { ...unsigned, signature: await sign(maker.signingSecret, epochBytes(unsigned)) };
  const hash = await epochHash(epoch);
  const devices = people.flatMap((person) => [...person.devices.values()]);
  const sealed = await Promise.all(
    devices.map(
      async (device) => [device.deviceId, await sealTo(device.sealingKey, secret, wrapInfo(hash, device.deviceId))] as const
    )
  );
  return { epoch, secret, sealed: new Map(sealed) };
}

/**
 * Whether an epoch may be read: made by a device of a member, following the one before, for each member with just the devices
 * that their log had then. `people` are its members, by logs that are as long as it says or longer. Throws Distrusted otherwise.
 */
export async function checkEpoch(epoch: Epoch, previous: Epoch | null, people: ReadonlyMap<string, PersonKeys>): Promise<void> {
  await checkMaker(epoch, people.get(epoch.makerId)?.past.get(epoch.makerDeviceId));
  const expected = previous ? await epochHash(previous) : new Uint8Array();
  if (epoch.number !== (previous?.number ?? 0) + 1 || !sameBytes(epoch.previous, expected))
    throw new Distrusted('misplaced', 'This epoch does not follow the one before.');
  const trueMembers = epoch.members.flatMap(({ userId, logLength }) => memberOf(people.get(userId), logLength) ?? []);
  if (!areSame(epoch.members, trueMembers)) throw new Distrusted('misplaced', 'This epoch was made for other devices.');
  if (!epoch.members.some(({ userId, deviceIds }) => userId === epoch.makerId && deviceIds.includes(epoch.makerDeviceId)))
    throw new Distrusted('unknown_device', 'This epoch was made by a device that it is not for.');
}

/** Whether one may still send with it: it was made for just the people of now, and their devices of now. */
export const isCurrent = (epoch: Epoch, people: readonly PersonKeys[]): boolean => areSame(epoch.members, membersOf(people));

/** For an epoch of the past, whose members may have changed since: that this device made it. Throws Distrusted otherwise. */
export async function checkMaker(epoch: Epoch, maker: DeviceKeys | undefined): Promise<void> {
  if (!maker) throw new Distrusted('unknown_device', 'This epoch was made by a device that is not its maker’s.');
  if (!(await isSignedBy(maker.signingKey, epoch.signature, epochBytes(epoch))))
    throw new Distrusted('bad_signature', 'This epoch is not signed by its maker.');
}

/** Seals an epoch's key to a device that came later. */
export const sealEpochKey = async (epoch: Epoch, { deviceId, sealingKey }: DeviceKeys, secret: Bytes): Promise<Sealed> =>
  sealTo(sealingKey, secret, wrapInfo(await epochHash(epoch), deviceId));

/** Opens an epoch's key that was sealed to this device. Throws Distrusted `altered` for one that is not the committed key. */
export async function openEpoch(epoch: Epoch, deviceId: string, keys: SealingKeys, sealed: Sealed): Promise<Bytes> {
  let secret: Bytes;
  try {
    secret = await openSealed(keys, sealed, wrapInfo(await epochHash(epoch), deviceId));
  } catch (cause) {
    throw new Distrusted('altered', 'The key of this epoch cannot be opened here.', { cause });
  }
  await checkSecret(epoch, secret);
  return secret;
}

/** That a key, also one from a backup, is the one all members got. */
export async function checkSecret(epoch: Epoch, secret: Bytes): Promise<void> {
  if (!sameBytes(await commitmentTo(epoch, secret), epoch.commitment))
    throw new Distrusted('altered', 'This is not the key of the epoch.');
}

export const epochHash = (epoch: Epoch): Promise<Bytes> => sha256(transcript('epoch-hash', [epochBytes(epoch), epoch.signature]));

const membersOf = (people: readonly PersonKeys[]): EpochMember[] =>
  people.flatMap((person) => memberOf(person, person.length) ?? []).sort((a, b) => (a.userId < b.userId ? -1 : 1));

function memberOf(person: PersonKeys | undefined, logLength: number): EpochMember | null {
  const held = person?.history[logLength - 1];
  return person && held ? { userId: person.userId, logLength, ...held } : null;
}

const areSame = (a: readonly EpochMember[], b: readonly EpochMember[]): boolean =>
  sameBytes(transcript('members', memberFields(a)), transcript('members', memberFields(b)));

const memberFields = (members: readonly EpochMember[]) =>
  members.map(({ userId, logLength, identityKey, deviceIds }) => [userId, logLength, identityKey, deviceIds]);

const epochBytes = (epoch: Omit<Epoch, 'signature'>): Bytes =>
  transcript('epoch', [
    epoch.conversationId,
    epoch.number,
    epoch.previous,
    epoch.makerId,
    epoch.makerDeviceId,
    memberFields(epoch.members),
    epoch.commitment
  ]);

const commitmentTo = ({ conversationId, number }: Pick<Place, 'conversationId' | 'number'>, secret: Bytes): Promise<Bytes> =>
  sha256(transcript('commitment', [conversationId, number, secret]));

const wrapInfo = (hash: Bytes, deviceId: string): Bytes => transcript('wrap', [hash, deviceId]);
