import type { Timeline, TimelineMessage } from '#lib/chat/index.ts';
import { sameDay } from '#lib/format/time.ts';

/** A message as it stands in the list: with what its neighbours make of it. */
export type Row = {
  readonly message: TimelineMessage;
  /** First of its day: the day is written above it. */
  readonly newDay: boolean;
  /** First that had not been read when the conversation was opened. */
  readonly firstUnread: boolean;
  /** First and last of a run by one sender without a long pause. */
  readonly startsRun: boolean;
  readonly endsRun: boolean;
};

type ShownTimeline = Pick<Timeline, 'messages' | 'loaded' | 'hasOlder' | 'readSeqAtOpen'>;

const PAUSE_MS = 5 * 60_000;

/** Lays out messages as rows. Rows of earlier calls are given again when nothing about them changed, so that only changes are drawn. */
export class RowMaker {
  #made = new WeakMap<TimelineMessage, Row>();
  /** Newest message when the history was first there: what comes after it is new, but not "unread when opened". */
  #seqAtOpen: number | null = null;

  rows({ messages, loaded, hasOlder, readSeqAtOpen }: ShownTimeline): readonly Row[] {
    if (loaded) this.#seqAtOpen ??= messages.findLast((message) => message.seq !== null)?.seq ?? 0;
    const unreadAt = firstUnread(messages, readSeqAtOpen, this.#seqAtOpen ?? 0);
    const rows = messages.map((message, i) => {
      const before = messages[i - 1];
      const after = messages[i + 1];
      const isUnread = i === unreadAt;
      return this.#reuse({
        message,
        newDay: !before || !sameDay(before.createdAt, message.createdAt),
        firstUnread: isUnread,
        startsRun: isUnread || !before || !joins(before, message),
        endsRun: i + 1 === unreadAt || !after || !joins(message, after)
      });
    });
    // Whether the oldest one begins a day or a run is not known until what stands before it is: it would change its height when
    // the page above comes in, and move all below. It is shown with that page.
    return hasOlder && loaded && rows.length > 1 ? rows.slice(1) : rows;
  }

  #reuse(row: Row): Row {
    const made = this.#made.get(row.message);
    const same =
      made &&
      made.newDay === row.newDay &&
      made.firstUnread === row.firstUnread &&
      made.startsRun === row.startsRun &&
      made.endsRun === row.endsRun;
    if (same) return made;
    this.#made.set(row.message, row);
    return row;
  }
}

/** Whom a message is from, when it is not one's own. */
export function senderName(message: TimelineMessage): string {
  return message.sender?.displayName ?? (message.senderId === null ? 'Deleted account' : 'Someone');
}

/** Index of the first message of somebody else after `after`, up to `until`; -1 if there is none. */
function firstUnread(messages: readonly TimelineMessage[], after: number, until: number): number {
  return messages.findIndex(({ mine, notice, seq }) => !mine && !notice && seq !== null && seq > after && seq <= until);
}

function joins(a: TimelineMessage, b: TimelineMessage): boolean {
  return (
    a.senderId === b.senderId &&
    !a.notice &&
    !b.notice &&
    sameDay(a.createdAt, b.createdAt) &&
    Math.abs(b.createdAt.getTime() - a.createdAt.getTime()) < PAUSE_MS
  );
}
