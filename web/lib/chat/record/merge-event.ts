import type { LiveEvent, RevisionedEvent } from '../wire/events.ts';
import type { ConversationHeader, MessageRow } from '../wire/rows.ts';
import { ownMark, type ConversationRecord } from './conversation-record.ts';
import { changeMembers } from './merge-members.ts';
import { at, oldest, place } from './message-window.ts';
import { mergeReceipt } from './merge-receipt.ts';
import { withOwnReactions } from './own-reactions.ts';
import { withUnloaded } from './unloaded.ts';

/** More than this many events beyond a gap are not worth keeping: the sync that fills it brings them as well. */
const HELD_MAX = 100;

/**
 * What a live event makes of a record. `sync`: something is missing, sync() must be asked. `gone`: the person is not a member any
 * more. `arrived`: messages that were not in the record before.
 */
export type Merged = {
  readonly record: ConversationRecord;
  readonly arrived: readonly MessageRow[];
  readonly sync: boolean;
  readonly gone: boolean;
};

const unchanged = (record: ConversationRecord): Merged => ({ record, arrived: [], sync: false, gone: false });

/** The rule of the record: an event is applied exactly when its revision is the next one. */
export function mergeEvent(record: ConversationRecord, event: LiveEvent, me: string): Merged {
  switch (event.type) {
    case 'message':
    case 'member':
    case 'conversation':
      if (event.revision <= record.cursor) return event.type === 'message' ? revealed(record, event.message) : unchanged(record);
      if (event.revision > record.cursor + 1) return { ...unchanged(hold(record, event)), sync: true };
      return release(applyNext(record, event, me), me);
    case 'receipt': {
      const { record: merged, sync } = mergeReceipt(record, event, me);
      return { ...unchanged(merged), sync };
    }
    case 'moved':
      // Only the topics change. Who left comes by the sync that follows on joining the new one: not at once, nor for all at once.
      if (event.epoch <= record.header.epoch) return unchanged(record);
      return unchanged({ ...record, header: { ...record.header, epoch: event.epoch } });
    case 'voted': {
      const message = at(record.window, event.seq);
      if (!message) return unchanged(record);
      const messages = record.window.messages.with(event.seq - oldest(record.window), { ...message, my_votes: event.my_votes });
      return unchanged({ ...record, window: { ...record.window, messages } });
    }
    case 'removed':
      // It may be an old one, overtaken by being added again: sync brings the conversation back if so.
      return { ...unchanged(record), sync: true, gone: true };
    default: {
      const never: never = event;
      return never;
    }
  }
}

/** Applies, after a record has come further, the held events that are next now, and drops those it has passed. */
export function release(merged: Merged, me: string): Merged {
  let result = merged;
  for (;;) {
    const { record } = result;
    if (result.gone || record.held.length === 0) return result;
    const held = record.held.filter((event) => event.revision > record.cursor);
    const next = held.find((event) => event.revision === record.cursor + 1);
    if (!next) return held.length === record.held.length ? result : { ...result, record: { ...record, held } };
    const applied = applyNext({ ...record, held: held.filter((event) => event !== next) }, next, me);
    result = { ...applied, arrived: [...result.arrived, ...applied.arrived], sync: result.sync || applied.sync };
    if (applied.sync) return result;
  }
}

/**
 * The feed of a large conversation has only the number of a withheld message, for its sender too; what the sender alone is told may
 * come after that.
 */
function revealed(record: ConversationRecord, message: MessageRow): Merged {
  if (message.kind === 'withheld' || at(record.window, message.seq)?.kind !== 'withheld') return unchanged(record);
  const window = place(record.window, message) ?? record.window;
  const isLast = message.seq >= (record.preview?.seq ?? 0);
  return { ...unchanged({ ...record, window, preview: isLast ? message : record.preview }), arrived: [message] };
}

function hold(record: ConversationRecord, event: RevisionedEvent): ConversationRecord {
  if (record.held.length >= HELD_MAX || record.held.some((held) => held.revision === event.revision)) return record;
  return { ...record, held: [...record.held, event] };
}

function applyNext(record: ConversationRecord, event: RevisionedEvent, me: string): Merged {
  const cursor = event.revision;
  switch (event.type) {
    case 'message': {
      if (event.message.seq < oldest(record.window)) {
        const unloaded = withUnloaded(record.unloaded, event.message);
        return withMessage({ ...record, unloaded, cursor }, event.message, me, false);
      }
      const message = withOwnReactions(event.message, at(record.window, event.message.seq), me);
      const window = place(record.window, message);
      if (!window) return { ...unchanged(record), sync: true };
      return withMessage({ ...record, window, cursor }, message, me, window.newest > record.window.newest);
    }
    case 'member': {
      // A crowd joined: who, only sync knows.
      if (!event.members) return { ...unchanged(record), sync: true };
      const epoch = Math.max(event.epoch, record.header.epoch);
      const { member_count } = isAhead(record, cursor) ? record.header : event;
      const changed = changeMembers({ ...record, cursor }, event.members, me, record.window.newest);
      const needs_epoch = event.needs_epoch ?? record.header.needs_epoch;
      const revision = Math.max(record.header.revision, cursor);
      const header = { ...record.header, revision, epoch, member_count, ...(needs_epoch !== undefined && { needs_epoch }) };
      return { ...unchanged({ ...changed.record, header }), gone: changed.gone };
    }
    case 'conversation':
      return unchanged(
        isAhead(record, cursor) ? { ...record, cursor } : withHeader({ ...record, cursor }, event.conversation, me)
      );
    default: {
      const never: never = event;
      return never;
    }
  }
}

/**
 * Between two pages of a sync the header is that of its end, with the unread count that belongs to it: what an event of before says of
 * the conversation would take it back, and the messages between would be counted a second time.
 */
const isAhead = (record: ConversationRecord, revision: number) => record.header.revision > revision;

/** Once a conversation is large, only one's own watermark is told, and members come by asking. */
function withHeader(record: ConversationRecord, header: ConversationHeader, me: string): ConversationRecord {
  const epoch = Math.max(header.epoch, record.header.epoch);
  const changed = { ...record, header: { ...header, epoch } };
  if (!header.is_large || record.header.is_large) return changed;
  return { ...changed, membersKnown: false, watermarks: new Map([[me, ownMark(record, me)]]) };
}

function withMessage(record: ConversationRecord, message: MessageRow, me: string, isNew: boolean): Merged {
  // One that is not for this person to see moves nothing in the list.
  const isLast = message.kind !== 'withheld' && message.seq >= (record.preview?.seq ?? 0);
  const header = {
    ...record.header,
    revision: Math.max(record.header.revision, message.revision),
    last_seq: Math.max(record.header.last_seq, message.seq),
    quiet_count: record.header.quiet_count + Number(message.is_quiet && message.seq > record.header.last_seq),
    last_message_at: isLast ? message.created_at : record.header.last_message_at
  };
  // Between two pages of a sync the header, and the unread count with it, is ahead of the messages. And it may have been read on
  // another device before it came here.
  const isNewer = message.seq > record.header.last_seq && message.seq > ownMark(record, me).read_seq;
  const isUnread = isNewer && message.sender_id !== me && !message.is_quiet;
  const unread = isUnread ? record.unread + 1 : record.unread;
  return {
    ...unchanged({ ...record, header, unread, preview: isLast ? message : record.preview }),
    arrived: isNew ? [message] : []
  };
}
