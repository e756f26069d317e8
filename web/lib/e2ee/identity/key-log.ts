import { type Bytes, sameBytes, sha256, type SecretKey } from '../bytes.ts';
import { Distrusted } from '../errors.ts';
import { isSignedBy, sign } from '../signing.ts';
import { type Field, transcript } from '../transcript.ts';

/** A device as its owner vouches for it. */
export type DeviceKeys = { deviceId: string; signingKey: Bytes; sealingKey: Bytes };

/** What happens to somebody's keys. A new identity makes all devices of the one before worthless. */
export type KeyEvent =
  | { kind: 'identity'; identityKey: Bytes }
  | ({ kind: 'device_added' } & DeviceKeys)
  | { kind: 'device_removed'; deviceId: string };

/**
 * An entry of a person's key log: `number` 1, 2, 3, …, `previous` the hash of the entry before (empty for the first), `at` in
 * milliseconds since 1970 by its maker's clock, signed by the identity that holds after it.
 */
export type KeyLogEntry = { number: number; previous: Bytes; at: number; event: KeyEvent; signature: Bytes };

/** What a log says: whose keys hold now. `head` is the hash of its last entry. */
export type PersonKeys = {
  userId: string;
  identityKey: Bytes;
  /** How many identities there have been: more than when it was verified means that it has to be verified again. */
  identityNumber: number;
  devices: ReadonlyMap<string, DeviceKeys>;
  /** Every device that ever was, by its number of entry when it was added and, if it is gone, removed: for what it said before. */
  past: ReadonlyMap<string, DeviceKeys>;
  length: number;
  head: Bytes;
  /** What held after each entry, first to last: for what was made when the log was shorter. */
  history: readonly HeldKeys[];
};

/** Whose keys held at a length of a log. Device ids are sorted. */
export type HeldKeys = { identityKey: Bytes; deviceIds: readonly string[] };

/** What this device remembers of a log that it has seen: it may only grow. */
export type KnownHead = { length: number; head: Bytes };

const EMPTY = new Uint8Array();

/** Makes the next entry. `identity` is the secret half of the key that holds after it. */
export async function nextEntry(
  userId: string,
  before: KnownHead | null,
  event: KeyEvent,
  at: number,
  identity: SecretKey
): Promise<KeyLogEntry> {
  const unsigned = { number: (before?.length ?? 0) + 1, previous: before?.head ?? EMPTY, at, event };
  return { ...unsigned, signature: await sign(identity, entryBytes(userId, unsigned)) };
}

/**
 * Follows a log from its beginning. Throws Distrusted: `bad_signature` and `malformed` for an entry that its owner did not make,
 * `log_forked` when it is no continuation of what was seen of it before.
 */
export async function readKeyLog(userId: string, entries: readonly KeyLogEntry[], known: KnownHead | null): Promise<PersonKeys> {
  let keys: PersonKeys | null = null;
  for (const entry of entries) {
    keys = await append(userId, keys, entry);
    if (known && keys.length === known.length && !sameBytes(keys.head, known.head))
      throw new Distrusted('log_forked', 'The key log has another past than it had.');
  }
  if (!keys) throw new Distrusted('malformed', 'A key log is not empty.');
  if (known && keys.length < known.length) throw new Distrusted('log_forked', 'The key log is shorter than it was.');
  return keys;
}

async function append(userId: string, before: PersonKeys | null, entry: KeyLogEntry): Promise<PersonKeys> {
  const { number, previous, event, signature } = entry;
  if (number !== (before?.length ?? 0) + 1 || !sameBytes(previous, before?.head ?? EMPTY))
    throw new Distrusted('malformed', 'An entry of the key log does not follow the one before.');
  const identityKey = event.kind === 'identity' ? event.identityKey : before?.identityKey;
  if (!identityKey) throw new Distrusted('malformed', 'A key log begins with an identity.');
  const bytes = entryBytes(userId, entry);
  if (!(await isSignedBy(identityKey, signature, bytes)))
    throw new Distrusted('bad_signature', 'An entry of the key log is not signed by its owner.');
  const { devices, past } = devicesAfter(before, event);
  return {
    userId,
    identityKey,
    identityNumber: (before?.identityNumber ?? 0) + (event.kind === 'identity' ? 1 : 0),
    devices,
    past,
    length: number,
    head: await sha256(bytes),
    history: [...(before?.history ?? []), { identityKey, deviceIds: [...devices.keys()].sort() }]
  };
}

function devicesAfter(before: PersonKeys | null, event: KeyEvent): Pick<PersonKeys, 'devices' | 'past'> {
  if (event.kind === 'identity') return { devices: new Map(), past: before?.past ?? new Map() };
  const devices = new Map(before?.devices);
  const past = new Map(before?.past);
  if (event.kind === 'device_removed') {
    if (!devices.delete(event.deviceId)) throw new Distrusted('malformed', 'A device is removed that is not there.');
    return { devices, past };
  }
  // An id that came again with other keys could put words into the mouth of the first.
  if (past.has(event.deviceId)) throw new Distrusted('malformed', 'A device is added twice.');
  const { deviceId, signingKey, sealingKey } = event;
  devices.set(deviceId, { deviceId, signingKey, sealingKey });
  past.set(deviceId, { deviceId, signingKey, sealingKey });
  return { devices, past };
}

function entryBytes(userId: string, { number, previous, at, event }: Omit<KeyLogEntry, 'signature'>): Bytes {
  return transcript('key-log', [userId, number, previous, at, event.kind, eventFields(event)]);
}

function eventFields(event: KeyEvent): readonly Field[] {
  switch (event.kind) {
    case 'identity':
      return [event.identityKey];
    case 'device_added':
      return [event.deviceId, event.signingKey, event.sealingKey];
    case 'device_removed':
      return [event.deviceId];
  }
}
