import { ownMark, type ConversationRecord } from '../record/conversation-record.ts';
import { between } from '../record/message-window.ts';

/**
 * Up to which message this client has received a conversation and not yet said so; null if there is nothing to say. Who knows a
 * conversation's summary has received its messages: their number is shown, and the newest of them. Own messages need no receipt.
 */
export function undelivered(record: ConversationRecord, me: string): number | null {
  const { newest } = record.window;
  const { delivered_seq } = ownMark(record, me);
  if (newest <= delivered_seq || record.unread === 0) return null;
  const since = between(record.window, delivered_seq, newest);
  return since?.every((message) => message.sender_id === me) ? null : newest;
}
