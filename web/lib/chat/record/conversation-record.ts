import type { RevisionedEvent } from '../wire/events.ts';
import type { ConversationHeader, ListRow, MemberRow, PreviewRow, ProfileRow } from '../wire/rows.ts';
import type { Unloaded } from './unloaded.ts';
import type { MessageWindow } from './message-window.ts';
import { NOTHING, sum, type Watermark } from './watermark.ts';

/** All that this client knows of one conversation. Immutable: merge makes another one. */
export type ConversationRecord = {
  readonly header: ConversationHeader;
  readonly role: ListRow['role'];
  readonly joinedAt: string;
  /** The other person of a direct conversation. */
  readonly partner: ProfileRow | null;
  readonly preview: PreviewRow | null;
  /** Messages of others after one's own read watermark, up to header.last_seq. */
  readonly unread: number;
  /** Every change up to this revision is in here. Behind header.revision only between two pages of a sync. */
  readonly cursor: number;
  readonly window: MessageWindow;
  /** Changes of messages that are not in the window. */
  readonly unloaded: Unloaded;
  /** Members of now, by user id; those that are known. */
  readonly members: ReadonlyMap<string, MemberRow>;
  /** `members` is complete. */
  readonly membersKnown: boolean;
  /** By user id: of all members of now; in a large conversation only one's own. */
  readonly watermarks: ReadonlyMap<string, Watermark>;
  /** Events from beyond a gap, until what lies between has come. */
  readonly held: readonly RevisionedEvent[];
};

export type ConversationRecords = ReadonlyMap<string, ConversationRecord>;

export const ownMark = (record: ConversationRecord, me: string): Watermark => record.watermarks.get(me) ?? NOTHING;

/** What the server's receipts_mark is when nothing is missing here. */
export function receiptsMark(record: ConversationRecord): number {
  let total = 0;
  for (const mark of record.watermarks.values()) total += sum(mark);
  return total;
}
