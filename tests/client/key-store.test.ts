/** One contract of the places where keys survive, for memory and IndexedDB. */
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { indexedDbKeys } from '../../web/lib/chat/encryption/indexeddb-keys.ts';
import type { KeyStore } from '../../web/lib/chat/encryption/key-store.ts';
import { memoryKeys } from '../../web/lib/chat/encryption/memory-keys.ts';
import { newDevice } from '../../web/lib/chat/encryption/new-device.ts';
import { boxHere, openHere } from '../../web/lib/chat/encryption/vault.ts';
import { newRecoveryCode } from '../../web/lib/e2ee/index.ts';
import { SealedDevice } from './support/sealed-person.ts';
import { SealedServer } from './support/sealed-server.ts';

const ALICE = '0a000000-0000-4000-8000-000000000001';
const BOB = '0b000000-0000-4000-8000-000000000002';
const ROOM = '0d000000-0000-4000-8000-000000000004';
const bytes = (...all: number[]) => new Uint8Array(all);
const envelope = { scheme: 1, epoch: 1, deviceId: ALICE, counter: 1, afterSeq: 0, ciphertext: 'a', signature: 'b' };

let count = 0;
const stores: [string, () => KeyStore][] = [
  ['memory', memoryKeys],
  ['IndexedDB', () => indexedDbKeys(`keys-${(count += 1)}`)]
];

describe.each(stores)('keys in %s', (_name, make) => {
  test('a device comes back as it was, its keys usable and not to be read', async () => {
    const store = make();
    expect(await store.device(ALICE)).toBeNull();
    await store.putDevice(await newDevice(ALICE, ROOM));
    const device = (await store.device(ALICE))!;
    expect([device.signing.secret.extractable, device.sealing.secret.extractable, device.local.extractable]).toEqual([
      false,
      false,
      false
    ]);
    const boxed = await boxHere(device.local, 'a name', bytes(1, 2, 3));
    expect(await openHere(device.local, 'a name', boxed)).toEqual(bytes(1, 2, 3));
    await expect(openHere(device.local, 'another', boxed)).rejects.toThrow();
    expect(await store.device(BOB)).toBeNull();
  });

  test('what was seen of a log is not taken back', async () => {
    const store = make();
    const known = { of: BOB, entries: [], head: bytes(1), verified: null };
    await store.putPerson(ALICE, { ...known, length: 2 });
    await store.putPerson(ALICE, { ...known, length: 1 });
    expect(await store.people(ALICE)).toMatchObject([{ of: BOB, length: 2 }]);
    expect(await store.people(BOB)).toEqual([]);
  });

  test('counters go up, and never down', async () => {
    const store = make();
    const numbers = await Promise.all([store.nextCounter(ALICE, ROOM), store.nextCounter(ALICE, ROOM)]);
    expect(numbers.toSorted()).toEqual([1, 2]);
    await store.raiseCounter(ALICE, ROOM, 9);
    await store.raiseCounter(ALICE, ROOM, 3);
    expect([await store.nextCounter(ALICE, ROOM), await store.nextCounter(ALICE, BOB)]).toEqual([10, 1]);
  });

  test('keys and envelopes are found by what they are of, and all go with their owner', async () => {
    const store = make();
    await store.putSecrets(ALICE, [{ conversationId: ROOM, number: 2, boxed: bytes(2) }]);
    await store.putSecrets(BOB, [{ conversationId: ROOM, number: 2, boxed: bytes(3) }]);
    await store.putEnvelope(ALICE, ROOM, envelope);
    expect((await store.secret(ALICE, ROOM, 2))?.boxed).toEqual(bytes(2));
    expect(await store.secret(ALICE, ROOM, 1)).toBeNull();
    expect(await store.secrets(ALICE)).toHaveLength(1);
    expect(await store.envelope(ALICE, ROOM)).toEqual(envelope);
    await store.removeEnvelope(ALICE, ROOM);
    expect(await store.envelope(ALICE, ROOM)).toBeNull();
    await store.nextCounter(ALICE, ROOM);
    await store.wipe(ALICE);
    expect([await store.secrets(ALICE), await store.people(ALICE), await store.nextCounter(ALICE, ROOM)]).toEqual([[], [], 1]);
    expect(await store.secrets(BOB)).toHaveLength(1);
  });

  test('a conversation is read again by the next start of the client', async () => {
    const server = new SealedServer();
    const store = make();
    const first = await SealedDevice.open(server, ALICE, store);
    await first.own.begin({ kind: 'recovery_code', text: await newRecoveryCode() }, '');
    server.create(ROOM, [ALICE]);
    await first.encryption.turnOn(server.header(ROOM));
    first.see(ROOM);
    await first.say(ROOM, 'kept');
    const again = await SealedDevice.open(server, ALICE, store);
    expect(await again.texts(ROOM)).toEqual(['kept']);
  });
});
