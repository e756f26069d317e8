/** One contract for every place where entries are kept. */
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, describe, expect, test } from 'vitest';
import { indexedDbStore, type OutboxEntry, type Store } from '../../web/lib/chat/index.ts';
import { memoryStore } from '../../web/lib/chat/outbox/memory-store.ts';
import { toKeptPersonal } from '../../web/lib/chat/personal/kept-personal.ts';
import { nothingPersonal } from '../../web/lib/chat/personal/personal-record.ts';
import { readWishes, type Asked, type Wish } from '../../web/lib/chat/personal/wish.ts';
import { fromKept, readKept, toKept } from '../../web/lib/chat/record/kept-record.ts';
import { ALICE, BOB, CONVERSATION, message, messageId, record } from './support/rows.ts';

function entry(n: number, changes: Partial<OutboxEntry> = {}): OutboxEntry {
  return {
    version: 2,
    action: { type: 'send', replyTo: null },
    id: messageId(n),
    userId: ALICE,
    conversationId: CONVERSATION,
    content: `entry ${n}`,
    writtenAt: n,
    attempts: 0,
    nextAttemptAt: 0,
    refusal: null,
    ...changes
  };
}

function wishOf(n: number, userId = ALICE): Wish {
  const asked: Asked = { type: 'unread', conversationId: CONVERSATION, seq: n };
  return { version: 1, id: messageId(n), userId, tab: 'a', asked, since: n, dueAt: n, isRefused: false };
}

let databases = 0;

describe.each<[name: string, create: () => Store]>([
  ['memory', memoryStore],
  ['IndexedDB', () => indexedDbStore(`contract-${(databases += 1)}`)]
])('%s', (_name, create) => {
  const opened: Store[] = [];
  const store = () => {
    const made = create();
    opened.push(made);
    return made;
  };
  afterEach(() => Promise.all(opened.splice(0).map((made) => made.close())));

  test('gives entries in the order of their ids, whatever order they came in', async () => {
    const kept = store();
    for (const n of [3, 1, 2]) await kept.put(entry(n));
    expect((await kept.entries(ALICE)).map(({ content }) => content)).toEqual(['entry 1', 'entry 2', 'entry 3']);
  });

  test('replaces an entry with the same id', async () => {
    const kept = store();
    await kept.put(entry(1));
    await kept.put(entry(1, { attempts: 2, refusal: { code: 'message_blank', message: 'The message is empty.' } }));
    expect(await kept.entries(ALICE)).toEqual([
      entry(1, { attempts: 2, refusal: { code: 'message_blank', message: 'The message is empty.' } })
    ]);
  });

  test('removes an entry, and what is not there without complaint', async () => {
    const kept = store();
    await kept.put(entry(1));
    await kept.remove(messageId(1));
    await kept.remove(messageId(1));
    expect(await kept.entries(ALICE)).toEqual([]);
  });

  test('keeps people apart', async () => {
    const kept = store();
    await kept.put(entry(1));
    await kept.put(entry(2, { userId: BOB }));
    expect((await kept.entries(BOB)).map(({ id }) => id)).toEqual([messageId(2)]);
    await kept.wipe(ALICE);
    expect(await kept.entries(ALICE)).toEqual([]);
    expect(await kept.entries(BOB)).toHaveLength(1);
  });

  test('is not changed by who changes what it gave or was given', async () => {
    const kept = store();
    const given = entry(1);
    await kept.put(given);
    given.content = 'changed';
    const [taken] = await kept.entries(ALICE);
    taken!.content = 'changed too';
    expect(await kept.entries(ALICE)).toEqual([entry(1)]);
  });

  test('names the device once and for all', async () => {
    const kept = store();
    const names = await Promise.all([kept.deviceId('first'), kept.deviceId('second')]);
    expect(new Set([...names, await kept.deviceId('third')]).size).toBe(1);
  });

  test('keeps records, the furthest of each conversation', async () => {
    const kept = store();
    const at = (cursor: number, content: string) =>
      toKept(ALICE, { ...record(1), cursor, window: { messages: [message(1, 2, BOB, content)], newest: 1 } });
    await kept.putRecords([at(5, 'new')]);
    await kept.putRecords([at(4, 'old'), toKept(BOB, record(2))]);
    const { kept: read } = readKept(await kept.records(ALICE));
    expect(read.map(fromKept).map(({ cursor, window }) => [cursor, window.messages[0]?.content])).toEqual([[5, 'new']]);
    await kept.wipe(ALICE);
    expect(await kept.records(ALICE)).toEqual([]);
    expect(await kept.records(BOB)).toHaveLength(1);
    await kept.removeRecords(BOB, [CONVERSATION]);
    expect(await kept.records(BOB)).toEqual([]);
  });

  test('keeps what is a person’s own, never an older state over a newer one', async () => {
    const kept = store();
    const at = (userId: string, cursor: number) => toKeptPersonal(userId, { ...nothingPersonal, cursor });
    await kept.putPersonal(at(ALICE, 5));
    await kept.putPersonal(at(ALICE, 4));
    await kept.putPersonal(at(BOB, 1));
    expect(await kept.personal(ALICE)).toEqual(at(ALICE, 5));
    await kept.removePersonal(ALICE);
    expect(await kept.personal(ALICE)).toBeUndefined();
    await kept.putPersonal(at(ALICE, 4));
    await kept.wipe(ALICE);
    expect([await kept.personal(ALICE), await kept.personal(BOB)]).toEqual([undefined, at(BOB, 1)]);
  });

  test('keeps wishes, each until it is removed', async () => {
    const kept = store();
    for (const wish of [wishOf(1), wishOf(2), wishOf(3, BOB)]) await kept.putWish(wish);
    await kept.putWish({ ...wishOf(2), isRefused: true });
    expect(readWishes(await kept.wishes(ALICE))).toEqual([wishOf(1), { ...wishOf(2), isRefused: true }]);
    await kept.removeWish(wishOf(1).id);
    await kept.wipe(BOB);
    expect([await kept.wishes(ALICE), await kept.wishes(BOB)]).toEqual([[{ ...wishOf(2), isRefused: true }], []]);
  });

  test('keeps how far somebody has read, the furthest of each conversation, until that is known', async () => {
    const kept = store();
    const read = (userId: string, seq: number) => ({ userId, conversationId: CONVERSATION, seq });
    await kept.raiseReads([read(ALICE, 5), read(BOB, 1)]);
    await kept.raiseReads([read(ALICE, 4)]);
    await kept.removeReads([read(ALICE, 4)]);
    expect(await kept.reads(ALICE)).toEqual([read(ALICE, 5)]);
    await kept.removeReads([read(ALICE, 5)]);
    await kept.wipe(BOB);
    expect([await kept.reads(ALICE), await kept.reads(BOB)]).toEqual([[], []]);
  });

  test('can be used again after it was closed', async () => {
    const kept = store();
    await kept.put(entry(1));
    await kept.close();
    expect(await kept.entries(ALICE)).toEqual([entry(1)]);
  });
});

describe('IndexedDB', () => {
  test('of the version before goes on with what it has', async () => {
    const before = await openDB('upgraded', 1, {
      upgrade(db) {
        db.createObjectStore('outbox', { keyPath: 'id' }).createIndex('by_user', 'userId');
        db.createObjectStore('device');
      }
    });
    await before.put('outbox', entry(1));
    before.close();
    const kept = indexedDbStore('upgraded');
    await kept.putRecords([toKept(ALICE, record(1))]);
    expect(await kept.entries(ALICE)).toEqual([entry(1)]);
    expect(await kept.records(ALICE)).toHaveLength(1);
    expect(await kept.reads(ALICE)).toEqual([]);
    await kept.close();
  });

  test('two tabs see the same entries', async () => {
    const [one, other] = [indexedDbStore('tabs'), indexedDbStore('tabs')];
    await one.put(entry(1));
    expect(await other.entries(ALICE)).toEqual([entry(1)]);
    await Promise.all([one.close(), other.close()]);
  });

  test('an entry of another version is passed over and kept', async () => {
    const kept = indexedDbStore('versions');
    await kept.put(entry(1));
    const raw = await openDB('versions');
    await raw.put('outbox', { ...entry(2), version: 3, attachments: [] });
    expect((await kept.entries(ALICE)).map(({ id }) => id)).toEqual([messageId(1)]);
    expect(await raw.count('outbox')).toBe(2);
    raw.close();
    await kept.close();
  });
});
