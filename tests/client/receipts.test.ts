import { describe, expect, test } from 'vitest';
import { Refused, Unreachable } from '../../web/lib/chat/index.ts';
import { memoryStore } from '../../web/lib/chat/outbox/memory-store.ts';
import type { Marks } from '../../web/lib/chat/backend.ts';
import { ReceiptSender } from '../../web/lib/chat/receipts/receipt-sender.ts';
import { undelivered } from '../../web/lib/chat/receipts/what-is-delivered.ts';
import { FakeClock, settled } from './support/fake-clock.ts';
import { ALICE, BOB, CONVERSATION, message, record } from './support/rows.ts';

function world(store = memoryStore()) {
  const clock = new FakeClock();
  const calls: string[] = [];
  let failure: Error | null = null;
  let gate = Promise.resolve();
  const tell = (kind: string) => async (marks: Marks) => {
    calls.push(`${kind} ${JSON.stringify(marks)}`);
    await gate;
    if (failure) throw failure;
    return [];
  };
  const sender = new ReceiptSender({
    userId: ALICE,
    store,
    backend: { markDelivered: tell('delivered'), markRead: tell('read') },
    onMarked: () => {},
    clock,
    log: () => {}
  });
  sender.start();
  return {
    clock,
    calls,
    sender,
    fail: (error: Error | null) => void (failure = error),
    answerAfter: (wait: Promise<void>) => void (gate = wait)
  };
}

describe('receipts', () => {
  test('that come together go in one call, the highest of each conversation', async () => {
    const { clock, calls, sender } = world();
    for (const seq of [1, 3, 2]) sender.delivered('a', seq);
    sender.delivered('b', 7);
    await clock.pass(20);
    expect(calls).toEqual(['delivered {"a":3,"b":7}']);
  });

  test('go at most every 300 ms', async () => {
    const { clock, calls, sender } = world();
    for (let seq = 1; seq <= 100; seq += 1) {
      sender.delivered('a', seq);
      await clock.pass(10);
    }
    await clock.pass(300);
    expect(calls.length).toBe(5);
    expect(calls.at(-1)).toBe('delivered {"a":100}');
  });

  test('of reading say that it was delivered, too', async () => {
    const { clock, calls, sender } = world();
    sender.delivered('a', 3);
    sender.delivered('b', 9);
    sender.read('a', 3);
    sender.read('b', 8);
    await clock.pass(20);
    expect(calls).toEqual(['read {"a":3,"b":8}', 'delivered {"b":9}']);
  });

  test('are known here at once, and never fall', () => {
    const { sender } = world();
    sender.read('a', 3);
    sender.read('a', 2);
    expect(sender.reads.current.get('a')).toBe(3);
  });

  test('are told until they are heard, with what came meanwhile', async () => {
    const { clock, calls, sender, fail } = world();
    fail(new Unreachable('down'));
    sender.read('a', 1);
    await clock.pass(5000);
    expect(calls.length).toBe(3);
    sender.read('a', 2);
    fail(null);
    sender.wake();
    await clock.pass(20);
    expect(calls.at(-1)).toBe('read {"a":2}');
    const { length } = calls;
    await clock.pass(60_000);
    expect(calls.length).toBe(length);
  });

  test('of reading are kept until they are told, and told by a later life, the furthest', async () => {
    const store = memoryStore();
    const before = world(store);
    before.fail(new Unreachable('down'));
    for (const seq of [2, 5, 4]) before.sender.read(CONVERSATION, seq);
    await before.sender.stop(true);

    const after = world(store);
    await after.sender.takeUp();
    expect(after.sender.reads.current.get(CONVERSATION)).toBe(5);
    await after.clock.pass(20);
    expect(after.calls).toEqual([`read {"${CONVERSATION}":5}`]);
    await after.sender.stop(true);
    expect(await store.reads(ALICE)).toEqual([]);
  });

  test('of reading that rise while they are told stay kept', async () => {
    const store = memoryStore();
    const { clock, sender, answerAfter } = world(store);
    const answer = Promise.withResolvers<void>();
    answerAfter(answer.promise);
    sender.read(CONVERSATION, 1);
    await clock.pass(20);
    sender.read(CONVERSATION, 2);
    answer.resolve();
    await settled();
    expect(await store.reads(ALICE)).toEqual([{ userId: ALICE, conversationId: CONVERSATION, seq: 2 }]);
  });

  test('that are refused are not repeated', async () => {
    const { clock, calls, sender, fail } = world();
    fail(new Refused('not_a_member', 'You are not a member of this conversation.', 403));
    sender.delivered('a', 1);
    await clock.pass(60_000);
    expect(calls).toEqual(['delivered {"a":1}']);
  });

  test('that rise while they are told are told again', async () => {
    const { clock, calls, sender, answerAfter } = world();
    const answer = Promise.withResolvers<void>();
    answerAfter(answer.promise);
    sender.delivered('a', 1);
    await clock.pass(20);
    sender.delivered('a', 2);
    answer.resolve();
    await clock.pass(300);
    expect(calls).toEqual(['delivered {"a":1}', 'delivered {"a":2}']);
  });

  test('are told before it stops, if there is somebody to tell', async () => {
    const { calls, sender } = world();
    sender.read('a', 1);
    await sender.stop(true);
    await settled();
    expect(calls).toEqual(['read {"a":1}']);
  });
});

describe('what is delivered', () => {
  const mark = (delivered_seq: number) => new Map([[ALICE, { delivered_seq, delivered_at: null, read_seq: 0, read_at: null }]]);

  test('is the newest message that came, if it was not told yet', () => {
    expect(undelivered(record(3, { watermarks: mark(1) }), ALICE)).toBe(3);
    expect(undelivered(record(3, { watermarks: mark(3) }), ALICE)).toBeNull();
  });

  test('is also what a summary counts', () => {
    expect(undelivered(record(3, { window: { messages: [], newest: 3 }, watermarks: mark(0) }), ALICE)).toBe(3);
  });

  test('one’s own messages need no receipt', () => {
    const window = { messages: [message(1, 2, BOB), message(2, 3, ALICE)], newest: 2 };
    expect(undelivered(record(2, { window, watermarks: mark(1), unread: 1 }), ALICE)).toBeNull();
    expect(undelivered(record(2, { window: { messages: [], newest: 2 }, watermarks: mark(1), unread: 0 }), ALICE)).toBeNull();
  });
});
