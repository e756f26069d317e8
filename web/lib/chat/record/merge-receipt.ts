import type { ReceiptRow } from '../wire/rows.ts';
import type { ConversationRecord } from './conversation-record.ts';
import { between } from './message-window.ts';
import { higher, NOTHING, type Watermark } from './watermark.ts';

/**
 * A risen watermark. One's own (read on another device) lowers the unread count as well; when that cannot be counted from the
 * loaded messages, nothing is changed and sync() must say: the sum of the watermarks differs, so it will.
 */
export function mergeReceipt(
  record: ConversationRecord,
  receipt: ReceiptRow,
  me: string
): { record: ConversationRecord; sync: boolean } {
  const before = record.watermarks.get(receipt.user_id);
  // Of somebody who is not a member here yet, or not any more: the change of membership comes with its revision.
  if (!before && !record.members.has(receipt.user_id) && receipt.user_id !== me) return { record, sync: false };
  const after = higher(before ?? NOTHING, mark(receipt));
  if (after === before) return { record, sync: false };
  if (receipt.user_id === me && after.read_seq > (before?.read_seq ?? 0)) {
    const unread = unreadAfter(record, after.read_seq, me);
    if (unread === null) return { record, sync: true };
    return { record: { ...record, unread, watermarks: new Map(record.watermarks).set(me, after) }, sync: false };
  }
  return { record: { ...record, watermarks: new Map(record.watermarks).set(receipt.user_id, after) }, sync: false };
}

/** Messages of others after `seq` that count; null when not all of them are loaded. */
export function unreadAfter(record: ConversationRecord, seq: number, me: string): number | null {
  if (seq >= record.header.last_seq) return 0;
  const later = between(record.window, seq, record.header.last_seq);
  return later && later.filter((message) => message.sender_id !== me && !message.is_quiet).length;
}

export const mark = ({ delivered_seq, delivered_at, read_seq, read_at }: ReceiptRow): Watermark => ({
  delivered_seq,
  delivered_at,
  read_seq,
  read_at
});
