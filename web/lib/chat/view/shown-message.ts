import { previewIn } from '../link-preview.ts';
import { noProgress, type ProgressOf, storedAttachment, waitingAttachment } from '../attachments/attachment.ts';
import type { OpenedRow } from '../encryption/opened-rows.ts';
import type { OutboxItem } from '../outbox/plan.ts';
import type { Forwarded, Mention, MessageStatus, Poll, Reaction, SystemNotice, TimelineMessage } from '../snapshots.ts';
import type { MessageRow, PreviewRow, SystemRow } from '../wire/rows.ts';
import type { Directory } from './people.ts';

export const keyOf = (senderId: string | null, id: string) => `${senderId ?? ''}/${id}`;

type Shown = OpenedRow<PreviewRow & Omit<Partial<MessageRow>, 'attachments'>>;

/** What is sealed and was opened nowhere yet waits for what opens it. */
const closedOf = ({ closed, opened, envelope, edit_envelope, deleted_at }: Shown) =>
  closed ?? (!opened && deleted_at === null && (envelope || edit_envelope) ? 'waiting' : null);

/** A stored message as a person sees it. */
export function shown(row: Shown, status: MessageStatus | null, me: string, people: Directory): TimelineMessage {
  return {
    key: keyOf(row.sender_id, row.id),
    id: row.id,
    seq: row.seq,
    senderId: row.sender_id,
    sender: (row.sender_id && people.get(row.sender_id)) || null,
    mine: row.sender_id === me,
    closed: closedOf(row),
    content: row.content,
    notice: row.system && noticeOf(row.system, people),
    deleted: row.deleted_at !== null,
    deletedByOther: row.deleted_at !== null && row.deleted_by != null && row.deleted_by !== row.sender_id,
    edited: (row.edited_at ?? null) !== null,
    pinned: (row.pinned_at ?? null) !== null,
    expiresAt: row.expires_at ? new Date(row.expires_at) : null,
    replyTo: row.reply_to ?? null,
    threadSeq: row.thread_seq ?? null,
    thread: row.thread_count
      ? { count: row.thread_count, lastAt: row.thread_last_at ? new Date(row.thread_last_at) : null }
      : null,
    mentions: mentionsOf(row, me, people),
    forwarded: forwardedOf(row, people),
    poll: pollOf(row),
    preview: previewIn(row.content, row.preview),
    ...attachmentsOf(row),
    reactions: reactionsOf(row, people),
    change: null,
    createdAt: new Date(row.created_at),
    status,
    refusal: null
  };
}

/** One of the outbox: a message that will be. */
export function onItsWay(
  { entry, stored }: OutboxItem,
  status: MessageStatus,
  people: Directory,
  progress: ProgressOf = noProgress
): TimelineMessage {
  const { action, files = [] } = entry;
  const sent = action.type === 'send' ? action : null;
  return {
    key: keyOf(entry.userId, entry.id),
    id: entry.id,
    seq: stored?.seq ?? null,
    senderId: entry.userId,
    sender: people.get(entry.userId) ?? null,
    mine: true,
    closed: null,
    content: entry.content,
    notice: null,
    deleted: false,
    deletedByOther: false,
    edited: false,
    pinned: false,
    expiresAt: null,
    replyTo: sent?.replyTo ?? null,
    threadSeq: sent?.threadSeq ?? null,
    thread: null,
    mentions: [],
    forwarded: null,
    poll:
      action.type === 'poll'
        ? {
            options: action.options.map((text) => ({ text, votes: 0, mine: false })),
            voters: 0,
            isMultiple: action.isMultiple,
            isAnonymous: action.isAnonymous,
            closesAt: action.closesAt === null ? null : new Date(action.closesAt),
            closedAt: null
          }
        : null,
    preview: sent?.preview ?? null,
    // Of a sealed one its row says nothing.
    ...(stored && !stored.envelope
      ? attachmentsOf(stored)
      : {
          attachments: files.map((file) => waitingAttachment(file, stored ? null : progress(file.id))),
          attachmentCount: files.length
        }),
    reactions: [],
    change: null,
    createdAt: new Date(stored ? stored.created_at : entry.writtenAt),
    status,
    refusal: entry.refusal
  };
}

/** Whom a system message names. */
export function namedIn({ user_id, user_ids }: SystemRow): readonly string[] {
  return [user_id, ...(Array.isArray(user_ids) ? user_ids : [])].filter((id) => typeof id === 'string');
}

/** Everybody whose name belongs to a message. */
export function peopleIn(row: MessageRow): readonly (string | null)[] {
  const reacting = Object.values(row.reactions).flatMap(({ user_ids }) => user_ids);
  const named = row.system ? namedIn(row.system) : [];
  return [row.sender_id, ...named, ...(row.mentions ?? []), ...reacting, row.forwarded?.sender_id ?? null];
}

const NO_MENTIONS: readonly Mention[] = [];

function mentionsOf({ mentions, mention_scope }: Shown, me: string, people: Directory): readonly Mention[] {
  if (!mentions?.length && !mention_scope) return NO_MENTIONS;
  const named = (mentions ?? []).flatMap((id): Mention[] => {
    const person = people.get(id);
    return person ? [{ handle: person.handle, person, isMe: id === me }] : [];
  });
  // Whoever may call the channel calls those who are here as well, and the text says which.
  const called = mention_scope ? ['channel', 'here'].map((handle): Mention => ({ handle, person: null, isMe: true })) : [];
  return [...named, ...called];
}

function forwardedOf({ forwarded }: Shown, people: Directory): Forwarded | null {
  if (!forwarded) return null;
  return {
    senderId: forwarded.sender_id,
    sender: (forwarded.sender_id && people.get(forwarded.sender_id)) || null,
    conversationId: forwarded.conversation_id,
    seq: forwarded.seq,
    sentAt: new Date(forwarded.sent_at)
  };
}

function pollOf({ poll, my_votes }: Shown): Poll | null {
  if (!poll) return null;
  return {
    options: poll.options.map(({ text, votes }, n) => ({ text, votes, mine: my_votes?.includes(n) ?? false })),
    voters: poll.voters,
    isMultiple: poll.is_multiple,
    isAnonymous: poll.is_anonymous,
    closesAt: poll.closes_at ? new Date(poll.closes_at) : null,
    closedAt: poll.closed_at ? new Date(poll.closed_at) : null
  };
}

function attachmentsOf({
  attachments = 0
}: Pick<Shown, 'attachments'>): Pick<TimelineMessage, 'attachments' | 'attachmentCount'> {
  if (typeof attachments === 'number') return { attachments: [], attachmentCount: attachments };
  return { attachments: attachments.map(storedAttachment), attachmentCount: attachments.length };
}

function reactionsOf({ reactions = {}, my_reactions = [] }: Shown, people: Directory): readonly Reaction[] {
  return Object.entries(reactions)
    .toSorted(([, a], [, b]) => (a.since < b.since ? -1 : 1))
    .map(([emoji, { count, user_ids }]) => ({
      emoji,
      count,
      mine: my_reactions.includes(emoji),
      people: user_ids.flatMap((id) => people.get(id) ?? [])
    }));
}

function noticeOf(system: SystemRow, people: Directory): SystemNotice {
  const { code, ...args } = system;
  return { code, args, people: namedIn(system).flatMap((id) => people.get(id) ?? []) };
}
