import type { TimelineMessage } from '#lib/chat/index.ts';
import type { Row } from '#lib/state/rows.ts';
import { bob, me } from './people.ts';

export const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

/** A message of Bob's, other than said in `given`. */
export function sample(given: Partial<TimelineMessage> & { seq: number | null }): TimelineMessage {
  const sender = given.sender === undefined ? (given.mine ? me : bob) : given.sender;
  const id = `sample-${given.seq ?? given.content}`;
  return {
    key: id,
    id,
    senderId: sender?.id ?? null,
    sender,
    mine: false,
    content: '',
    closed: null,
    notice: null,
    deleted: false,
    edited: false,
    pinned: false,
    deletedByOther: false,
    expiresAt: null,
    threadSeq: null,
    thread: null,
    mentions: [],
    forwarded: null,
    poll: null,
    preview: null,
    replyTo: null,
    attachments: [],
    attachmentCount: given.attachments?.length ?? 0,
    reactions: [],
    change: null,
    createdAt: ago(9),
    status: given.mine ? 'sent' : null,
    refusal: null,
    ...given
  };
}

/** A message as the only one of its run. */
export const rowOf = (message: TimelineMessage, given: Partial<Row> = {}): Row => ({
  message,
  newDay: false,
  firstUnread: false,
  startsRun: true,
  endsRun: true,
  ...given
});
