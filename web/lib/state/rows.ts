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

/** A row, and between what it was laid out. */
type Made = {
  readonly row: Row;
  readonly before: TimelineMessage | undefined;
  readonly after: TimelineMessage | undefined;
  readonly endsBeforeUnread: boolean;
};

const PAUSE_MS = 5 * 60_000;

const looksSame = (a: Row, b: Row) =>
  a.newDay === b.newDay && a.firstUnread === b.firstUnread && a.startsRun === b.startsRun && a.endsRun === b.endsRun;

/** Lays out messages as rows. Rows of earlier calls are given again when nothing about them changed, so that only changes are drawn. */
export class RowMaker {
  #made = new WeakMap<TimelineMessage, Made>();
  /** Newest message when the history was first there: what comes after it is new, but not "unread when opened". */
  #seqAtOpen: number | null = null;

  rows({ messages, loaded, hasOlder, readSeqAtOpen }: ShownTimeline): readonly Row[] {
    if (loaded) this.#seqAtOpen ??= messages.findLast((message) => message.seq !== null)?.seq ?? 0;
    const isReached = !hasOlder || messages.some(({ seq }) => seq !== null && seq <= readSeqAtOpen);
    // Where it is not known whether what comes before is unread as well, none is the first.
    const unreadAt = isReached ? firstUnread(messages, readSeqAtOpen, this.#seqAtOpen ?? 0) : -1;
    const rows = messages.map((message, i) =>
      this.#row(message, messages[i - 1], messages[i + 1], i === unreadAt, i + 1 === unreadAt)
    );
    // Whether the oldest one begins a day or a run is not known until what stands before it is: it would change its height when
    // the page above comes in, and move all below. It is shown with that page.
    return hasOlder && loaded && rows.length > 1 ? rows.slice(1) : rows;
  }

  #row(
    message: TimelineMessage,
    before: TimelineMessage | undefined,
    after: TimelineMessage | undefined,
    firstUnread: boolean,
    endsBeforeUnread: boolean
  ): Row {
    const made = this.#made.get(message);
    // Between the same neighbours it is the same: of a long list, only what is new is laid out.
    const isBetween = made?.before === before && made?.after === after && made?.endsBeforeUnread === endsBeforeUnread;
    if (made && isBetween && made.row.firstUnread === firstUnread) return made.row;
    const row: Row = {
      message,
      newDay: !before || !sameDay(before.createdAt, message.createdAt),
      firstUnread,
      startsRun: firstUnread || !before || !joins(before, message),
      endsRun: endsBeforeUnread || !after || !joins(message, after)
    };
    const kept = made && looksSame(made.row, row) ? made.row : row;
    this.#made.set(message, { row: kept, before, after, endsBeforeUnread });
    return kept;
  }
}

export const bySeq = (messages: readonly TimelineMessage[]): ReadonlyMap<number | null, TimelineMessage> =>
  new Map(messages.map((message) => [message.seq, message]));

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
