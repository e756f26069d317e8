import { describe, expect, test } from 'vitest';
import type { OutboxItem } from '../../web/lib/chat/outbox/plan.ts';
import { byConversation, listBuilder, type ListInputs } from '../../web/lib/chat/view/conversation-list.ts';
import { mainTimeline } from './support/main-timeline.ts';
import { ALICE, AT, BOB, CONVERSATION, header, message, messageId, record } from './support/rows.ts';

const people = new Map([[BOB, { id: BOB, handle: 'bob', displayName: 'Bob', avatarUrl: null }]]);
const WRITTEN_AT = Date.parse(AT) + 60_000;

function item(n: number, state: OutboxItem['state'] = 'waiting', seq: number | null = null): OutboxItem {
  const stored = seq === null ? null : message(seq, seq + 1, ALICE);
  return {
    state,
    isInDoubt: false,
    stored,
    entry: {
      version: 2,
      action: { type: 'send', replyTo: null },
      id: messageId(n),
      userId: ALICE,
      conversationId: CONVERSATION,
      content: `mine ${n}`,
      writtenAt: WRITTEN_AT,
      attempts: 0,
      nextAttemptAt: 0,
      refusal: null
    }
  };
}

describe('the timeline', () => {
  test('is the record, then what is on its way', () => {
    const messages = mainTimeline(ALICE)(record(2), [item(101), item(102)], people, true);
    expect(messages.map(({ content, status, seq }) => [content, status, seq])).toEqual([
      ['message 1', null, 1],
      ['message 2', null, 2],
      ['mine 101', 'sending', null],
      ['mine 102', 'sending', null]
    ]);
    expect(messages[0]?.sender?.displayName).toBe('Bob');
  });

  test('shows a message once, when the record has it before the outbox has forgotten it', () => {
    const known = record(1, { window: { messages: [message(1, 2, ALICE)], newest: 1 } });
    expect(mainTimeline(ALICE)(known, [item(1, 'sending')], people, true)).toMatchObject([
      { content: 'message 1', status: 'sent', seq: 1 }
    ]);
  });

  test('shows both, when somebody else has sent a message with the id of an own one', () => {
    const known = record(1, { window: { messages: [message(1, 2, BOB)], newest: 1 } });
    const messages = mainTimeline(ALICE)(known, [item(1)], people, true);
    expect(new Set(messages.map(({ key }) => key)).size).toBe(2);
  });

  test('keeps the key of a message from sending to stored', () => {
    const build = mainTimeline(ALICE);
    const [sending] = build(record(0), [item(1)], people, true);
    const [stored] = build(record(0), [item(1, 'stored', 1)], people, true);
    const [merged] = build(record(1, { window: { messages: [message(1, 2, ALICE)], newest: 1 } }), [], people, true);
    expect([sending?.key, stored?.key]).toEqual([merged?.key, merged?.key]);
    expect([sending?.status, stored?.status, merged?.status]).toEqual(['sending', 'sent', 'sent']);
  });

  test('keeps the objects of messages that look as before', () => {
    const build = mainTimeline(ALICE);
    const before = build(record(2), [], people, true);
    const after = build(record(3), [], people, true);
    expect(after.slice(0, 2).every((shown, index) => shown === before[index])).toBe(true);
  });
});

describe('the list', () => {
  const inputs = (changes: Partial<ListInputs> = {}): ListInputs => ({
    items: new Map(),
    people,
    presence: new Map(),
    typing: new Map(),
    reads: new Map(),
    settings: new Map(),
    hidden: new Map(),
    online: true,
    ...changes
  });
  const other = '0190a000-0000-7000-8000-000000000002';
  const at = (id: string, last_message_at: string) =>
    record(1, {
      header: header({ id, last_seq: 1, last_message_at }),
      preview: { ...message(1, 2), created_at: last_message_at }
    });
  const records = new Map([
    [CONVERSATION, at(CONVERSATION, '2026-11-21T12:00:00Z')],
    [other, at(other, '2026-11-21T12:00:30Z')]
  ]);

  test('is sorted by last activity, and counts what is unread', () => {
    const list = listBuilder(ALICE)(records, true, inputs());
    expect(list.items.map(({ id }) => id)).toEqual([other, CONVERSATION]);
    expect(list.unread).toBe(2);
  });

  test('a message on its way is the last one, and moves its conversation to the top', () => {
    const list = listBuilder(ALICE)(records, true, inputs({ items: byConversation([item(101)]) }));
    expect(list.items[0]).toMatchObject({ id: CONVERSATION, lastMessage: { content: 'mine 101', status: 'sending' } });
  });

  test('what was read here is not unread, before the server knows', () => {
    const list = listBuilder(ALICE)(records, true, inputs({ reads: new Map([[CONVERSATION, 1]]) }));
    expect(list.items.map(({ unread }) => unread)).toEqual([1, 0]);
  });

  test('keeps the objects of rows that look as before', () => {
    const build = listBuilder(ALICE);
    const before = build(records, true, inputs());
    const after = build(records, true, inputs({ typing: new Map([[CONVERSATION, [BOB]]]) }));
    expect(after.items[0]).toBe(before.items[0]);
    expect(after.items[1]).not.toBe(before.items[1]);
    expect(after.items[1]?.typing).toMatchObject([{ displayName: 'Bob' }]);
  });
});
