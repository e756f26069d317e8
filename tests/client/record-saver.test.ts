import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../web/lib/chat/outbox/memory-store.ts';
import { fromKept, KEPT_CONVERSATIONS, KEPT_MESSAGES, readKept, toKept } from '../../web/lib/chat/record/kept-record.ts';
import type { ConversationRecord } from '../../web/lib/chat/record/conversation-record.ts';
import { RecordSaver } from '../../web/lib/chat/record/record-saver.ts';
import { FakeClock, settled } from './support/fake-clock.ts';
import { ALICE, CONVERSATION, header, record } from './support/rows.ts';

const conversation = (n: number) => `0190a000-0000-7000-8000-${String(n).padStart(12, '0')}`;

function saverOf(records: Map<string, ConversationRecord>) {
  const clock = new FakeClock();
  const store = memoryStore();
  const saver = new RecordSaver({ userId: ALICE, store, get: (id) => records.get(id), clock, log: () => {} });
  return { clock, store, saver };
}

describe('a kept record', () => {
  test('is what it was', () => {
    expect(fromKept(toKept(ALICE, record(20)))).toEqual(record(20));
  });

  test('has the newest messages only', () => {
    const { window } = fromKept(toKept(ALICE, record(KEPT_MESSAGES + 7)));
    expect(window.messages).toHaveLength(KEPT_MESSAGES);
    expect(window.messages.at(-1)?.seq).toBe(window.newest);
  });

  test('of another version, or damaged, is as good as not there', () => {
    const fine = toKept(ALICE, record(1));
    const rows = [{ ...fine, version: 1 }, { ...fine, messages: 'none' }, null, fine];
    expect(readKept(rows).kept.map(({ version, messages }) => [version, messages.length])).toEqual([[fine.version, 1]]);
  });

  test('beyond the limit is dropped, the longest silent first', () => {
    const rows = Array.from({ length: KEPT_CONVERSATIONS + 2 }, (_, n) => ({
      ...toKept(ALICE, record(0)),
      id: conversation(n),
      activeAt: n
    }));
    const { kept, surplus } = readKept(rows);
    expect(kept).toHaveLength(KEPT_CONVERSATIONS);
    expect(surplus).toEqual([conversation(1), conversation(0)]);
  });
});

describe('saving', () => {
  test('a burst of changes is one write, a moment later', async () => {
    const records = new Map([[CONVERSATION, record(1)]]);
    const { clock, store, saver } = saverOf(records);
    let writes = 0;
    const { putRecords } = store;
    store.putRecords = (changed) => {
      writes += 1;
      return putRecords(changed);
    };
    for (let n = 1; n <= 10; n++) {
      records.set(CONVERSATION, record(n));
      saver.changed([CONVERSATION], []);
      await clock.pass(10);
    }
    expect(writes).toBe(0);
    await clock.pass(500);
    expect(writes).toBe(1);
    expect((await saver.load())[0]).toEqual({ ...record(10), preview: expect.objectContaining({ seq: 10 }) });
  });

  test('what was lost goes', async () => {
    const records = new Map([[CONVERSATION, record(1)]]);
    const { clock, saver } = saverOf(records);
    saver.changed([CONVERSATION], []);
    await clock.pass(500);
    records.delete(CONVERSATION);
    saver.changed([], [CONVERSATION]);
    await clock.pass(500);
    expect(await saver.load()).toEqual([]);
  });

  test('after signing out nothing is there, and nothing comes again', async () => {
    const records = new Map([[CONVERSATION, { ...record(1), header: header({ last_seq: 1 }) }]]);
    const { clock, store, saver } = saverOf(records);
    saver.changed([CONVERSATION], []);
    await saver.save();
    saver.changed([CONVERSATION], []);
    await saver.forget();
    saver.changed([CONVERSATION], []);
    await clock.pass(1_000);
    await settled();
    expect(await store.records(ALICE)).toEqual([]);
  });
});
