import type { SyncEntry } from '../wire/sync.ts';
import type { ConversationHeader, MessageRow } from '../wire/rows.ts';
import { ownMark, type ConversationRecord } from './conversation-record.ts';
import { release, type Merged } from './merge-event.ts';
import { changeMembers } from './merge-members.ts';
import { mark, unreadAfter } from './merge-receipt.ts';
import { emptyWindow, oldest, place } from './message-window.ts';
import { nothingUnloaded, withUnloaded } from './unloaded.ts';
import { higher, NOTHING, type Watermark } from './watermark.ts';

/**
 * An answer of sync() about one conversation. Live events may have come further than the answer meanwhile: what it repeats
 * changes nothing. `open`: the conversation is on screen, so all that was missed is fetched page by page; otherwise what does
 * not fit into one page is skipped, and loaded again when it is opened.
 */
export function mergeSync(record: ConversationRecord | undefined, entry: SyncEntry, me: string, open: boolean): Merged {
  if (!record || !entry.known) return release(fresh(entry, record), me);

  // Header, role, preview and unread count belong together; an answer that is behind what came live has nothing new to say of them.
  const isCurrent = entry.revision >= record.header.revision;
  const base: ConversationRecord = isCurrent
    ? {
        ...record,
        header: { ...headerOf(entry), epoch: Math.max(entry.epoch, record.header.epoch) },
        membersKnown: record.membersKnown && !entry.is_large,
        partner: entry.partner ?? record.partner,
        preview: entry.last_message
      }
    : record;
  const changes = entry.members.filter((member) => member.revision > record.cursor);
  const { record: withMembers, gone } = changeMembers(base, changes, me, null);
  const placed = placeAll(isCurrent ? { ...withMembers, role: entry.role } : withMembers, entry, open);
  const { record: counted, sync } = withReceipts(placed.record, entry, me, isCurrent);
  return release({ record: counted, arrived: placed.arrived, sync, gone }, me);
}

/** A conversation that was not known, or not well enough. */
function fresh(entry: SyncEntry, before: ConversationRecord | undefined): Merged {
  const record: ConversationRecord = {
    header: headerOf(entry),
    role: entry.role,
    joinedAt: entry.joined_at,
    partner: entry.partner,
    preview: entry.last_message,
    unread: entry.unread,
    cursor: entry.cursor,
    window: emptyWindow(entry.last_seq),
    unloaded: nothingUnloaded(entry.cursor),
    members: new Map(entry.members.map((member) => [member.user_id, member])),
    membersKnown: !entry.is_large,
    watermarks: new Map(entry.receipts.map((receipt) => [receipt.user_id, mark(receipt)])),
    held: before?.held ?? []
  };
  return { record, arrived: [], sync: false, gone: false };
}

function placeAll(
  record: ConversationRecord,
  entry: SyncEntry,
  open: boolean
): { record: ConversationRecord; arrived: readonly MessageRow[] } {
  const skip = (): { record: ConversationRecord; arrived: readonly MessageRow[] } => {
    const cursor = Math.max(entry.revision, record.cursor);
    const window = emptyWindow(entry.last_seq);
    return { record: { ...record, window, unloaded: nothingUnloaded(cursor), cursor }, arrived: [] };
  };
  if (entry.more && !open && entry.revision >= record.header.revision) return skip();

  const arrived: MessageRow[] = [];
  let { window, unloaded } = record;
  for (const message of entry.messages) {
    if (message.revision <= record.cursor) continue;
    const next = place(window, message);
    // The window does not end where the cursor says: load it anew.
    if (!next) return skip();
    if (next.newest > window.newest) arrived.push(message);
    else if (message.seq < oldest(window)) unloaded = withUnloaded(unloaded, message);
    window = next;
  }
  const cursor = Math.max(entry.cursor, record.cursor);
  if (!entry.more && cursor === entry.revision && window.newest !== entry.last_seq) return skip();
  return { record: { ...record, window, unloaded, cursor }, arrived };
}

/**
 * The watermarks of the answer, and the unread count that belongs to one's own. When the two that meet here were taken at different
 * moments and the count cannot be made from the loaded messages, the lower one stays: the sums differ, so asking again settles it.
 */
function withReceipts(
  record: ConversationRecord,
  entry: SyncEntry,
  me: string,
  isCurrent: boolean
): { record: ConversationRecord; sync: boolean } {
  const watermarks = new Map<string, Watermark>(record.header.is_large ? [] : record.watermarks);
  for (const receipt of entry.receipts) {
    // Of somebody who has left meanwhile.
    if (record.membersKnown && !record.members.has(receipt.user_id)) continue;
    watermarks.set(receipt.user_id, higher(watermarks.get(receipt.user_id) ?? NOTHING, mark(receipt)));
  }
  const before = ownMark(record, me);
  const told = entry.receipts.find((receipt) => receipt.user_id === me);
  const own = told ? higher(before, mark(told)) : before;
  const count = isCurrent ? { read: entry.read_seq, unread: entry.unread } : { read: before.read_seq, unread: record.unread };
  const unread = own.read_seq === count.read ? count.unread : unreadAfter(record, own.read_seq, me);
  if (unread !== null) return { record: { ...record, unread, watermarks: watermarks.set(me, own) }, sync: false };

  const lower = {
    ...own,
    read_seq: count.read,
    delivered_seq: Math.min(own.delivered_seq, Math.max(before.delivered_seq, count.read))
  };
  return { record: { ...record, unread: count.unread, watermarks: watermarks.set(me, lower) }, sync: true };
}

export function headerOf(row: ConversationHeader): ConversationHeader {
  const {
    id,
    kind,
    title,
    created_by,
    created_at,
    last_seq,
    quiet_count,
    revision,
    epoch,
    is_large,
    member_count,
    last_message_at
  } = row;
  const { closed_at, post_role, slow_mode_seconds, disappear_after_seconds, description } = row;
  const { is_encrypted, key_epoch, needs_epoch, about } = row;
  return {
    ...{
      id,
      kind,
      title,
      created_by,
      created_at,
      last_seq,
      quiet_count,
      revision,
      epoch,
      is_large,
      member_count,
      last_message_at
    },
    ...{ closed_at, post_role, slow_mode_seconds, disappear_after_seconds, description },
    ...{ is_encrypted, key_epoch, needs_epoch, about }
  };
}
