/** Groups that give new members the keys of what was said before they came. */
import { beforeEach, expect, test } from 'vitest';
import { newRecoveryCode } from '../../web/lib/e2ee/index.ts';
import { turnOf } from '../../web/lib/chat/encryption/earlier-keys.ts';
import { SealedDevice } from './support/sealed-person.ts';
import { SealedServer } from './support/sealed-server.ts';

const [ALICE, BOB, CAROL, DAVE] = ['a', 'b', 'c', 'd'].map((n) => `0${n}000000-0000-4000-8000-00000000000${n}`) as [
  string,
  string,
  string,
  string
];
const ROOM = '0d000000-0000-4000-8000-0000000000dd';

let server: SealedServer;
let alice: SealedDevice;
let bob: SealedDevice;
let carol: SealedDevice;

async function begun(userId: string): Promise<SealedDevice> {
  const device = await SealedDevice.open(server, userId);
  await device.own.begin({ kind: 'recovery_code', text: await newRecoveryCode() }, 'Firefox');
  return device;
}

const handed = (): number => server.told.filter((call) => call.startsWith('["handOver",["') && call.includes(ROOM)).length;

async function says(device: SealedDevice, text: string): Promise<void> {
  device.see(ROOM);
  await device.say(ROOM, text);
}

/** What a device reads once the keys that have come are tried. */
async function reads(device: SealedDevice, texts: (string | null)[]): Promise<void> {
  await expect
    .poll(async () => {
      device.encryption.keysMayHaveCome(ROOM);
      return device.texts(ROOM);
    })
    .toEqual(texts);
}

beforeEach(async () => {
  server = new SealedServer();
  [alice, bob, carol] = [await begun(ALICE), await begun(BOB), await begun(CAROL)];
  server.create(ROOM, [ALICE, BOB]);
  await alice.encryption.turnOn(server.header(ROOM));
  await says(alice, 'first');
  await says(bob, 'second');
  alice.see(ROOM);
});

const hands = (on: boolean) => {
  alice.see(ROOM);
  return alice.encryption.setHistory(alice.gate.conversation(ROOM), on);
};

test('who comes reads what was said before, from whoever makes the next key', async () => {
  await hands(true);
  server.join(ROOM, CAROL);
  await says(bob, 'third');
  await reads(carol, ['first', 'second', 'third']);
  expect(await carol.encryption.handsHistory(ROOM)).toBe(true);
  expect(await carol.encryption.about(server.header(ROOM))).toMatchObject({ title: 'Plans' });
  await alice.read(ROOM);
  alice.pass();
});

test('not where the group does not say so, whatever the server says', async () => {
  await server.conversations(ALICE).setHistory(ROOM, true);
  server.join(ROOM, CAROL);
  await says(bob, 'third');
  await alice.read(ROOM);
  alice.pass();
  await bob.encryption.settled();
  expect(await carol.texts(ROOM)).toEqual([null, null, 'third']);
  expect(handed()).toBe(0);
});

test('where the newcomer makes the key, the others give theirs, one of them', async () => {
  await hands(true);
  server.join(ROOM, CAROL);
  await says(carol, 'hello');
  for (const device of [alice, bob]) await device.read(ROOM);
  // One is first, the other waits for its turn.
  await reads(carol, ['first', 'second', 'hello']);
  expect(alice.later.size + bob.later.size).toBe(1);
  const before = handed();
  for (const device of [alice, bob]) device.pass();
  // It asks by one key, and leaves it.
  await expect.poll(handed).toBe(before + 1);
});

test('who came before it was said is given them when it is', async () => {
  server.join(ROOM, CAROL);
  await says(bob, 'third');
  await reads(carol, [null, null, 'third']);
  await alice.read(ROOM);
  await hands(true);
  await reads(carol, ['first', 'second', 'third']);
  await hands(false);
  const dave = await begun(DAVE);
  server.join(ROOM, DAVE);
  await says(alice, 'fourth');
  await reads(dave, [null, null, null, 'fourth']);
});

test('a key that is not the one of its epoch is not taken', async () => {
  await hands(true);
  server.join(ROOM, CAROL);
  const wrong = server.conversation(ROOM).keys;
  await says(bob, 'third');
  const { deviceId } = (await carol.store.device(CAROL))!;
  await expect.poll(() => wrong.has(`1/${deviceId}`)).toBe(true);
  wrong.set(`1/${deviceId}`, wrong.get(`2/${deviceId}`)!);
  await reads(carol, [null, null, 'third']);
});

test('turns: the maker first, then the others, each at another time; newcomers never', () => {
  const epoch = (number: number, makerDeviceId: string, ids: string[]) =>
    ({ number, makerDeviceId, members: [{ userId: 'u', deviceIds: ids }] }) as unknown as Parameters<typeof turnOf>[1];
  const before = epoch(1, 'a', ['a', 'b', 'c', 'gone']);
  const turns = (newest: ReturnType<typeof epoch>) =>
    ['a', 'b', 'c', 'new', 'gone', undefined].map((id) => turnOf(id, before, newest));
  expect(turns(epoch(2, 'b', ['a', 'b', 'c', 'new']))).toEqual([2, 0, 1, -1, -1, -1]);
  expect(
    turns(epoch(2, 'new', ['a', 'b', 'c', 'new']))
      .slice(0, 3)
      .toSorted()
  ).toEqual([0, 1, 2]);
});
