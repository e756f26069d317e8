import { describe, expect, test } from 'vitest';
import type { ConversationRecord } from '../../web/lib/chat/record/conversation-record.ts';
import { mergeEvent } from '../../web/lib/chat/record/merge-event.ts';
import type { LiveEvent } from '../../web/lib/chat/wire/events.ts';
import { ALICE, AT, BOB, CAROL, CONVERSATION, header, member, message, receipt, record } from './support/rows.ts';

const conversation_id = CONVERSATION;
const said = (seq: number, revision: number, sender = BOB): LiveEvent => ({
  type: 'message',
  conversation_id,
  revision,
  message: message(seq, revision, sender)
});
const joined = (revision: number, ids: string[] | null, epoch = 1): LiveEvent => ({
  type: 'member',
  conversation_id,
  revision,
  epoch,
  member_count: 3,
  members: ids && ids.map((id) => member(id, revision))
});
const left = (revision: number, id: string, epoch: number): LiveEvent => ({
  type: 'member',
  conversation_id,
  revision,
  epoch,
  member_count: 1,
  members: [member(id, revision, { left_at: AT })]
});
const read = (userId: string, delivered: number, seq: number): LiveEvent => ({
  type: 'receipt',
  conversation_id,
  ...receipt(userId, delivered, seq)
});

/** Applies events one after the other. */
function story(start: ConversationRecord, ...events: LiveEvent[]) {
  let current = start;
  let sync = false;
  const arrived: number[] = [];
  for (const event of events) {
    const merged = mergeEvent(current, event, ALICE);
    current = merged.record;
    sync ||= merged.sync;
    arrived.push(...merged.arrived.map(({ seq }) => seq));
  }
  return { record: current, sync, arrived };
}

describe('the revision decides', () => {
  // Three messages are known, at revision 4.
  test.each<[name: string, events: LiveEvent[], cursor: number, newest: number, sync: boolean, arrived: number[]]>([
    ['the next one is applied', [said(4, 5)], 5, 4, false, [4]],
    ['one that is known is dropped', [said(3, 4)], 4, 3, false, []],
    ['the same twice is applied once', [said(4, 5), said(4, 5)], 5, 4, false, [4]],
    ['one beyond a gap waits, and sync is asked', [said(5, 6)], 4, 3, true, []],
    ['what waited follows when the gap is closed', [said(5, 6), said(4, 5)], 6, 5, true, [4, 5]],
    ['three in the wrong order end in the right one', [said(6, 7), said(5, 6), said(4, 5)], 7, 6, true, [4, 5, 6]],
    ['what waited and came again is applied once', [said(5, 6), said(5, 6), said(4, 5), said(5, 6)], 6, 5, true, [4, 5]]
  ])('%s', (_name, events, cursor, newest, sync, arrived) => {
    const result = story(record(3), ...events);
    expect([result.record.cursor, result.record.window.newest, result.sync]).toEqual([cursor, newest, sync]);
    expect(result.arrived).toEqual(arrived);
    expect(result.record.window.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: newest }, (_, index) => index + 1));
  });

  test('nothing is kept without end beyond a gap', () => {
    const events = Array.from({ length: 500 }, (_, index) => said(5 + index, 6 + index));
    expect(story(record(3), ...events).record.held.length).toBe(100);
  });
});

describe('a message', () => {
  test('of somebody else is unread, one of one’s own is not', () => {
    expect(story(record(3), said(4, 5)).record.unread).toBe(4);
    expect(story(record(3), said(4, 5, ALICE)).record.unread).toBe(3);
  });

  test('of the system counts as unread for nobody, neither now nor when one has read up to it', () => {
    const noticed = { ...message(4, 5), kind: 'system' as const, content: '', system: { code: 'renamed' }, is_quiet: true };
    const { record: after } = story(record(3), { type: 'message', conversation_id: CONVERSATION, revision: 5, message: noticed });
    expect(after).toMatchObject({ unread: 3, header: { last_seq: 4 } });
    expect(story(after, read(ALICE, 2, 2)).record.unread).toBe(1);
  });

  test('that has changed takes the place of what it was, and counts no second time', () => {
    const deleted = { ...message(2, 5), content: '', deleted_at: AT };
    const { record: after } = story(record(3), { type: 'message', conversation_id: CONVERSATION, revision: 5, message: deleted });
    expect(after.window.messages.map(({ content }) => content)).toEqual(['message 1', '', 'message 3']);
    expect(after).toMatchObject({ unread: 3, cursor: 5, header: { last_seq: 3 } });
  });

  test('that was read on another device before it came here is not unread', () => {
    expect(story(record(3), read(ALICE, 4, 4), said(4, 5)).record.unread).toBe(0);
  });

  test('that the header has counted already, between two pages of a sync, is not counted again', () => {
    const ahead = record(3, { header: header({ last_seq: 9, revision: 10 }), unread: 9 });
    expect(story(ahead, said(4, 5)).record).toMatchObject({ unread: 9, header: { last_seq: 9, revision: 10 }, cursor: 5 });
  });

  test('is not counted again because a change of the title or of the members from before it came between two pages of a sync', () => {
    const ahead = record(3, { header: header({ last_seq: 4, revision: 8, title: 'At the end', member_count: 3 }), unread: 4 });
    const titled: LiveEvent = {
      type: 'conversation',
      conversation_id,
      revision: 5,
      conversation: header({ last_seq: 3, revision: 5, title: 'Before' })
    };
    const { record: after } = story(ahead, titled, left(6, CAROL, 2), said(4, 7));
    expect(after).toMatchObject({
      unread: 4,
      cursor: 7,
      header: { title: 'At the end', last_seq: 4, revision: 8, member_count: 3 }
    });
  });

  test('is the preview and the last activity', () => {
    const result = story(record(0), said(1, 2)).record;
    expect(result.preview).toMatchObject({ seq: 1, content: 'message 1' });
    expect(result.header).toMatchObject({ last_seq: 1, last_message_at: AT, revision: 2 });
  });

  test('in a conversation that is not loaded starts the window at its end', () => {
    const summary = record(3, { window: { messages: [], newest: 3 } });
    expect(story(summary, said(4, 5)).record.window.messages.map(({ seq }) => seq)).toEqual([4]);
  });
});

describe('membership', () => {
  test('who joins has read everything up to then, and is a member', () => {
    const result = story(record(3), joined(5, [CAROL])).record;
    expect(result.members.get(CAROL)).toMatchObject({ handle: 'carol' });
    expect(result.watermarks.get(CAROL)).toMatchObject({ delivered_seq: 3, read_seq: 3 });
    expect(result.header.member_count).toBe(3);
  });

  test('of a crowd only sync knows', () => {
    const result = story(record(3), joined(5, null));
    expect([result.sync, result.record.cursor]).toEqual([true, 4]);
  });

  test('who leaves takes the watermark along and changes the topics', () => {
    const result = story(record(3), left(5, BOB, 2)).record;
    expect([...result.members.keys()]).toEqual([ALICE]);
    expect([...result.watermarks.keys()]).toEqual([ALICE]);
    expect(result.header.epoch).toBe(2);
  });

  test('to have left, or been removed, is the end', () => {
    expect(mergeEvent(record(3), left(5, ALICE, 2), ALICE).gone).toBe(true);
    expect(mergeEvent(record(3), { type: 'removed', conversation_id }, ALICE)).toMatchObject({ gone: true, sync: true });
  });

  test('a topic that moved is known at once, what moved it comes when the new one is joined', () => {
    const moved: LiveEvent = { type: 'moved', conversation_id, epoch: 2 };
    expect(mergeEvent(record(3), moved, ALICE)).toMatchObject({ sync: false, record: { header: { epoch: 2 }, cursor: 4 } });
    expect(mergeEvent(record(3), { ...moved, epoch: 1 }, ALICE).record.header.epoch).toBe(1);
  });

  test('an epoch never falls', () => {
    const moved = story(record(3), { type: 'moved', conversation_id, epoch: 3 }).record;
    const renamed: LiveEvent = {
      type: 'conversation',
      conversation_id,
      revision: 5,
      conversation: header({ revision: 5, epoch: 2, last_seq: 3 })
    };
    expect(story(moved, renamed).record.header.epoch).toBe(3);
    expect(story(moved, left(5, BOB, 2)).record.header.epoch).toBe(3);
  });

  test('a conversation that becomes large keeps only one’s own watermark', () => {
    const grown: LiveEvent = {
      type: 'conversation',
      conversation_id,
      revision: 5,
      conversation: header({ revision: 5, last_seq: 3, is_large: true, member_count: 21 })
    };
    const result = story(record(3), grown).record;
    expect([...result.watermarks.keys()]).toEqual([ALICE]);
    expect(result.membersKnown).toBe(false);
  });
});

describe('receipts', () => {
  test('rise, whatever order they come in', () => {
    const rises = [read(BOB, 1, 0), read(BOB, 3, 2), read(BOB, 2, 1)];
    for (const order of [rises, rises.toReversed(), [...rises, ...rises]]) {
      expect(story(record(3), ...order).record.watermarks.get(BOB)).toMatchObject({ delivered_seq: 3, read_seq: 2 });
    }
  });

  test('delivered and read rise each for itself', () => {
    const result = story(record(3), read(BOB, 3, 0), { ...read(BOB, 1, 1) }).record;
    expect(result.watermarks.get(BOB)).toMatchObject({ delivered_seq: 3, read_seq: 1 });
    const reversed = story(record(3), read(BOB, 1, 1), read(BOB, 3, 0)).record;
    expect(reversed.watermarks.get(BOB)).toMatchObject({ delivered_seq: 3, read_seq: 1 });
  });

  test('one’s own, from another device, lowers the unread count', () => {
    expect(story(record(3), read(ALICE, 3, 2)).record.unread).toBe(1);
    expect(story(record(3), read(ALICE, 3, 3)).record.unread).toBe(0);
  });

  test('one’s own that cannot be counted from what is loaded is left to sync', () => {
    const summary = record(3, { window: { messages: [], newest: 3 } });
    const result = story(summary, read(ALICE, 3, 2));
    expect([result.sync, result.record.unread, result.record.watermarks.get(ALICE)?.read_seq]).toEqual([true, 3, 0]);
    expect(story(summary, read(ALICE, 3, 3)).record.unread).toBe(0);
  });

  test('of somebody who is not a member are passed over', () => {
    expect(story(record(3), read(CAROL, 3, 3)).record.watermarks.has(CAROL)).toBe(false);
  });
});

describe('what is withheld', () => {
  const number = (seq: number, revision: number) => ({
    ...message(seq, revision, null, ''),
    kind: 'withheld' as const,
    is_quiet: true
  });
  const told = (row: ReturnType<typeof message>): LiveEvent => ({
    type: 'message',
    conversation_id,
    revision: row.revision,
    message: row
  });

  test('moves nothing in the list, nor hides that what is shown there has changed', () => {
    const start = record(1);
    const hidden = mergeEvent(start, told(number(2, 3)), ALICE).record;
    expect(hidden.preview).toBe(start.preview);
    expect(hidden.header).toMatchObject({ last_seq: 2, last_message_at: start.header.last_message_at });
    const deleted = { ...message(1, 4, BOB, ''), deleted_at: AT };
    expect(mergeEvent(hidden, told(deleted), ALICE).record.preview).toMatchObject({ seq: 1, deleted_at: AT });
  });

  test('is shown to its sender, whom the feed has told the number before', () => {
    const hidden = mergeEvent(record(1), told(number(2, 3)), ALICE).record;
    const own = message(2, 3, ALICE);
    const { record: shown, arrived } = mergeEvent(hidden, told(own), ALICE);
    expect(shown.window.messages.at(-1)).toEqual(own);
    expect(shown.preview).toEqual(own);
    expect(arrived).toEqual([own]);
    expect(mergeEvent(shown, told(number(2, 3)), ALICE).record).toBe(shown);
  });
});
