import { describe, expect, test, vi } from 'vitest';
import type { ConversationRecord } from '../../web/lib/chat/record/conversation-record.ts';
import { mergeSync } from '../../web/lib/chat/record/merge-sync.ts';
import { RecordKeeper } from '../../web/lib/chat/record/record-keeper.ts';
import type { SyncEntry } from '../../web/lib/chat/wire/sync.ts';
import { ALICE, AT, BOB, CAROL, CONVERSATION, header, member, message, receipt, record } from './support/rows.ts';

/** An answer about the conversation at `last` messages, revision last + 1, from this client's cursor on. */
function answer(since: number | null, last: number, changes: Partial<SyncEntry> = {}): SyncEntry {
  const messages =
    since === null ? [] : Array.from({ length: last + 1 - since }, (_, index) => message(since + index, since + index + 1));
  return {
    ...header({ last_seq: last, revision: last + 1, last_message_at: AT }),
    role: 'owner',
    joined_at: AT,
    delivered_seq: 0,
    read_seq: 0,
    unread: last,
    receipts_mark: 0,
    last_message: message(last, last + 1),
    partner: null,
    known: since !== null,
    messages,
    members: since === null ? [member(ALICE), member(BOB)] : [],
    receipts: [receipt(ALICE, 0, 0), receipt(BOB, 0, 0)],
    cursor: last + 1,
    more: false,
    ...changes
  };
}

const seqs = (known: ConversationRecord) => known.window.messages.map(({ seq }) => seq);

describe('an answer', () => {
  test('about an unknown conversation gives its summary, and pages when it is opened', () => {
    const { record: known } = mergeSync(undefined, answer(null, 7), ALICE, false);
    expect([known.cursor, known.window, known.unread]).toEqual([8, { messages: [], newest: 7 }, 7]);
    expect([...known.members.keys()]).toEqual([ALICE, BOB]);
  });

  test('brings what was missed', () => {
    const merged = mergeSync(record(3), answer(4, 6), ALICE, true);
    expect(merged.arrived.map(({ seq }) => seq)).toEqual([4, 5, 6]);
    expect([seqs(merged.record), merged.record.cursor, merged.record.unread]).toEqual([[1, 2, 3, 4, 5, 6], 7, 6]);
  });

  test('that is older than what came live meanwhile changes nothing', () => {
    const now = record(6);
    const merged = mergeSync(now, answer(4, 5), ALICE, true);
    expect([merged.arrived, merged.record.cursor, merged.record.unread, seqs(merged.record)]).toEqual([
      [],
      7,
      6,
      [1, 2, 3, 4, 5, 6]
    ]);
  });

  test('that overlaps with what came live brings the rest', () => {
    const merged = mergeSync(record(5), answer(4, 7), ALICE, true);
    expect(merged.arrived.map(({ seq }) => seq)).toEqual([6, 7]);
    expect(seqs(merged.record)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('lets the events follow that waited for it', () => {
    const held = [{ type: 'message' as const, conversation_id: CONVERSATION, revision: 8, message: message(7, 8) }];
    const merged = mergeSync(record(3, { held }), answer(4, 6), ALICE, true);
    expect([merged.record.cursor, merged.record.held, seqs(merged.record).at(-1)]).toEqual([8, [], 7]);
  });

  test('in pages: an open conversation takes one after the other', () => {
    const page = answer(4, 9, { messages: [message(4, 5), message(5, 6)], cursor: 6, more: true });
    const { record: between } = mergeSync(record(3), page, ALICE, true);
    expect([between.cursor, seqs(between), between.header.last_seq, between.unread]).toEqual([6, [1, 2, 3, 4, 5], 9, 9]);
    const { record: whole } = mergeSync(between, answer(6, 9), ALICE, true);
    expect([whole.cursor, seqs(whole)]).toEqual([10, [1, 2, 3, 4, 5, 6, 7, 8, 9]]);
  });

  test('in pages: one that nobody looks at skips to its end', () => {
    const page = answer(4, 9, { messages: [message(4, 5), message(5, 6)], cursor: 6, more: true });
    const { record: known } = mergeSync(record(3), page, ALICE, false);
    expect([known.cursor, known.window]).toEqual([10, { messages: [], newest: 9 }]);
  });

  test('does not bring back who left later', () => {
    const left = record(3, {
      members: new Map([[ALICE, member(ALICE)]]),
      cursor: 9,
      header: header({ last_seq: 3, revision: 9 })
    });
    const stale = answer(4, 3, { members: [member(BOB, 5)], messages: [], cursor: 6, revision: 6 });
    expect([...mergeSync(left, stale, ALICE, true).record.members.keys()]).toEqual([ALICE]);
  });

  test('gives who joined their own watermark, not the newest', () => {
    const joined = answer(4, 6, {
      members: [member(CAROL, 5)],
      receipts: [receipt(ALICE, 0, 0), receipt(BOB, 0, 0), receipt(CAROL, 4, 4)]
    });
    expect(mergeSync(record(3), joined, ALICE, true).record.watermarks.get(CAROL)).toMatchObject({ read_seq: 4 });
  });

  test('counts what is unread from what was read here meanwhile', () => {
    const read = record(3, {
      watermarks: new Map([[ALICE, { delivered_seq: 3, delivered_at: AT, read_seq: 3, read_at: AT }]]),
      unread: 0
    });
    expect(mergeSync(read, answer(4, 6), ALICE, true).record.unread).toBe(3);
  });

  test('that cannot be counted is asked for again, with a sum that differs', () => {
    const read = record(3, {
      window: { messages: [], newest: 3 },
      watermarks: new Map([[ALICE, { delivered_seq: 3, delivered_at: AT, read_seq: 2, read_at: AT }]])
    });
    const merged = mergeSync(read, answer(4, 6), ALICE, true);
    expect([merged.sync, merged.record.unread, merged.record.watermarks.get(ALICE)?.read_seq]).toEqual([true, 6, 0]);
  });
});

describe('the keeper', () => {
  function keeper() {
    const needsSync = vi.fn();
    const onChange = vi.fn();
    return { needsSync, onChange, keeper: new RecordKeeper({ me: ALICE, isOpen: () => true, needsSync, onChange }) };
  }
  const all = (...conversations: SyncEntry[]) => ({ conversations, lost: [], more: false });

  describe('what another tab was answered', () => {
    /** It has four messages, revision 5. */
    function follower() {
      const { keeper: known } = keeper();
      known.applySync(all(answer(null, 4)));
      return { known, cursors: known.cursors() };
    }

    test('is applied, and brings it as far', () => {
      const { known, cursors } = follower();
      expect(known.overhear(all(answer(5, 6)), cursors)).toBe(true);
      expect(known.get(CONVERSATION)?.cursor).toBe(7);
    });

    test('says nothing of what the other tab had before it asked: it has to be asked for', () => {
      const { known } = follower();
      expect(known.overhear(all(), { [CONVERSATION]: [6, 0] })).toBe(false);
      expect(known.overhear(all(), { [CONVERSATION]: [5, 3] })).toBe(false);
      expect(known.overhear(all(answer(6, 6)), { [CONVERSATION]: [6, 0] })).toBe(false);
      expect(known.overhear(all(), { [CONVERSATION]: [5, 0] })).toBe(true);
    });

    test('says nothing of a conversation that the other tab has lost already', () => {
      const { known } = follower();
      expect(known.overhear(all(), {})).toBe(false);
      expect(known.overhear({ ...all(), lost: [CONVERSATION] }, known.cursors())).toBe(false);
    });

    test('nor of one that only the other tab knows', () => {
      const { known, cursors } = follower();
      expect(known.overhear(all(), { ...cursors, [BOB]: [1, 0] })).toBe(false);
    });
  });

  test('asks for what an event tells of and it does not know', () => {
    const world = keeper();
    world.keeper.apply({ type: 'message', conversation_id: CONVERSATION, revision: 5, message: message(4, 5) });
    expect(world.needsSync).toHaveBeenCalledTimes(1);
    expect(world.keeper.isUnsettled()).toBe(true);
    world.keeper.applySync(all(answer(null, 4)));
    expect(world.keeper.isUnsettled()).toBe(false);
  });

  test('has no use for a part of what it has dropped meanwhile', () => {
    const world = keeper();
    world.keeper.applySync(all(answer(null, 3)));
    world.keeper.apply({ type: 'removed', conversation_id: CONVERSATION });
    world.needsSync.mockClear();
    world.keeper.applySync(all(answer(4, 6)));
    expect(world.keeper.get(CONVERSATION)).toBeUndefined();
    expect(world.needsSync).toHaveBeenCalledTimes(1);
  });

  test('does not go back for a server that is behind for a moment, but for one that stays so', () => {
    const world = keeper();
    world.keeper.applySync(all(answer(null, 6)));
    for (let n = 1; n <= 4; n += 1) world.keeper.applySync(all(answer(null, 3)));
    expect(world.keeper.get(CONVERSATION)?.cursor).toBe(7);
    expect(world.needsSync).toHaveBeenCalledTimes(1);
    world.keeper.applySync(all(answer(null, 3)));
    expect(world.keeper.get(CONVERSATION)?.cursor).toBe(4);
    expect(world.keeper.isUnsettled()).toBe(false);
  });

  test('says what was lost', () => {
    const world = keeper();
    world.keeper.applySync(all(answer(null, 3)));
    world.keeper.applySync({ conversations: [], lost: [CONVERSATION, BOB], more: false });
    expect(world.onChange).toHaveBeenLastCalledWith({ changed: [], arrived: [], lost: [CONVERSATION] });
  });

  test('does not ask for more when an answer brought nothing', () => {
    const world = keeper();
    expect(world.keeper.applySync({ conversations: [], lost: [], more: true })).toBe(false);
  });
});
