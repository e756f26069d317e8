/** Pushes of encrypted messages, opened with what lies on the device, or shown in their own neutral words. */
import { beforeEach, expect, test } from 'vitest';
import { newRecoveryCode } from '#lib/e2ee/index.ts';
import { toKept } from '#lib/chat/record/kept-record.ts';
import type { MessageRow } from '#lib/chat/wire/rows.ts';
import { payloadSchema } from '#lib/notifications/payload.ts';
import { openedWords } from '../../web/service-worker/opened-words.ts';
import { member, record } from '../client/support/rows.ts';
import { SealedDevice } from '../client/support/sealed-person.ts';
import { SealedServer } from '../client/support/sealed-server.ts';

const ALICE = '0a000000-0000-4000-8000-000000000001';
const BOB = '0b000000-0000-4000-8000-000000000002';
const ROOM = '0d000000-0000-4000-8000-000000000004';

let server: SealedServer;
let alice: SealedDevice;
let bob: SealedDevice;

beforeEach(async () => {
  server = new SealedServer();
  const begun = async (userId: string) => {
    const device = await SealedDevice.open(server, userId);
    await device.own.begin({ kind: 'recovery_code', text: await newRecoveryCode() }, 'Firefox');
    return device;
  };
  [alice, bob] = await Promise.all([begun(ALICE), begun(BOB)]);
  server.create(ROOM, [ALICE, BOB]);
  await alice.encryption.turnOn(server.header(ROOM));
  alice.see(ROOM);
  await alice.say(ROOM, 'first');
  // So he has the key of the epoch, and knows whose keys are whose.
  await bob.read(ROOM);
});

/** As private.push_payload() makes it. */
const payloadOf = (row: MessageRow, changes: object = {}) =>
  payloadSchema.parse({
    v: 1,
    kind: 'message',
    tag: 'a',
    title: 'Encrypted group',
    body: 'New message',
    conversation_id: ROOM,
    seq: row.seq,
    encrypted: {
      message_id: row.id,
      sender_id: row.sender_id,
      ...(row.edit_envelope ? { edit_envelope: row.edit_envelope } : { envelope: row.envelope })
    },
    ...changes
  });

const kept = (changes: object = {}) => [
  toKept(BOB, {
    ...record(0),
    header: { ...server.header(ROOM), ...changes },
    members: new Map([[ALICE, { ...member(ALICE), display_name: 'Alice' }]])
  })
];
const words = (payload: ReturnType<typeof payloadOf>, records: unknown[] = kept(), device = bob) =>
  openedWords(payload, BOB, device.store, records);

test('a message says what it says, with its sender and the name of the group', async () => {
  const row = await alice.say(ROOM, 'The treasure\n lies  here');
  expect(await words(payloadOf(row))).toEqual({ title: 'Plans', body: 'Alice: The treasure lies here' });
  expect(await words(payloadOf(row, { count: 3, body: '3 new messages' }))).toEqual({
    title: 'Plans',
    body: '3 new messages\nAlice: The treasure lies here'
  });
  expect(await words(payloadOf(row, { title: 'Alice' }), kept({ kind: 'direct', about: null }))).toEqual({
    title: 'Alice',
    body: 'The treasure lies here'
  });
  expect(await words(payloadOf(row, { kind: 'notification', title: 'Alice mentioned you' }))).toEqual({
    title: 'Alice mentioned you',
    body: 'The treasure lies here'
  });
  // Nothing is known of the conversation but its key.
  expect(await words(payloadOf(row), [])).toEqual({ title: 'Encrypted group', body: 'The treasure lies here' });
});

test('what was edited says what it says now, and a long text is cut between signs', async () => {
  await alice.say(ROOM, 'now', { type: 'edit', seq: 1 });
  expect(await words(payloadOf(server.conversation(ROOM).messages[0]!))).toMatchObject({ body: 'Alice: now' });
  const long = await words(payloadOf(await alice.say(ROOM, '🌳'.repeat(300))));
  expect(long?.body).toBe(`Alice: ${'🌳'.repeat(240)}`);
});

test('what does not verify is not shown', async () => {
  const row = await alice.say(ROOM, 'The treasure lies here');
  const { envelope } = row;
  const flipped = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
  const changed = (change: object) => words(payloadOf({ ...row, envelope: { ...envelope!, ...change } }));
  expect(await changed({})).not.toBeNull();
  expect(await changed({ ciphertext: flipped(envelope!.ciphertext) })).toBeNull();
  expect(await changed({ signature: flipped(envelope!.signature) })).toBeNull();
  expect(await changed({ counter: envelope!.counter + 1 })).toBeNull();
  expect(await changed({ scheme: 2 })).toBeNull();
  // As somebody else's, of another message, as an edit, before what its sender had seen.
  expect(await words(payloadOf({ ...row, sender_id: BOB }))).toBeNull();
  expect(await words(payloadOf({ ...row, id: BOB }))).toBeNull();
  expect(await words(payloadOf({ ...row, edit_envelope: envelope! }))).toBeNull();
  expect(await words(payloadOf({ ...row, seq: envelope!.afterSeq }))).toBeNull();
});

test('what this device has no key for, or what did not fit, keeps its neutral words', async () => {
  const row = await alice.say(ROOM, 'The treasure lies here');
  const stranger = await SealedDevice.open(server, BOB);
  expect(await words(payloadOf(row), kept(), stranger)).toBeNull();
  expect(await words(payloadOf(row, { encrypted: { message_id: row.id, sender_id: ALICE } }))).toBeNull();
  expect(await words(payloadOf(row, { encrypted: undefined }))).toBeNull();
  // A name that cannot be opened is not made up.
  const about = { ...server.header(ROOM).about!, counter: 99 };
  expect(await words(payloadOf(row), kept({ about }))).toMatchObject({ title: 'Encrypted group' });
});
