import { shownStatuses, type OutboxItem } from '../outbox/plan.ts';
import type { ConversationRecord } from '../record/conversation-record.ts';
import { reachOf, statusAt } from '../record/message-status.ts';
import type { MessageStatus, Reaction, SystemNotice, TimelineMessage } from '../snapshots.ts';
import type { MessageRow, PreviewRow, SystemRow } from '../wire/rows.ts';
import { changed, changesBySeq } from './pending-changes.ts';
import type { Directory } from './people.ts';

/**
 * The messages of a conversation as a person sees them: the record's, then what is on its way. An outbox entry whose message the
 * record has is not shown twice. A message that looks as before is the same object as before, so that lists redraw little.
 */
export function timelineBuilder(me: string) {
  let previous = new Map<string, TimelineMessage>();

  return (
    record: ConversationRecord | undefined,
    items: readonly OutboxItem[],
    people: Directory,
    online: boolean
  ): readonly TimelineMessage[] => {
    const next = new Map<string, TimelineMessage>();
    const statuses = shownStatuses(items, online);
    const changes = changesBySeq(items, statuses);
    const keep = (message: TimelineMessage) => {
      const before = previous.get(message.key);
      next.set(message.key, before && looksSame(before, message) ? before : message);
    };

    if (record) {
      const reach = reachOf(record, me);
      for (const row of record.window.messages) {
        if (row.kind === 'withheld') continue;
        const mine = row.sender_id === me;
        const message = shown(row, mine && row.kind !== 'system' ? statusAt(reach, row.seq) : null, me, people);
        keep((changes.get(row.seq) ?? []).reduce(changed, message));
      }
    }
    // One that was retried is stored after those written later: what has its number already goes by that.
    const sent = items
      .map((item, index) => ({ item, status: statuses[index] ?? 'sending', seq: item.stored?.seq ?? Number.MAX_SAFE_INTEGER }))
      .filter(({ item }) => item.entry.action.type === 'send' && !next.has(keyOf(me, item.entry.id)));
    for (const { item, status } of sent.toSorted((a, b) => a.seq - b.seq)) keep(onItsWay(item, status, people));
    previous = next;
    return [...next.values()];
  };
}

const keyOf = (senderId: string | null, id: string) => `${senderId ?? ''}/${id}`;

type Shown = PreviewRow & Partial<MessageRow>;

export function shown(row: Shown, status: MessageStatus | null, me: string, people: Directory): TimelineMessage {
  return {
    key: keyOf(row.sender_id, row.id),
    id: row.id,
    seq: row.seq,
    senderId: row.sender_id,
    sender: (row.sender_id && people.get(row.sender_id)) || null,
    mine: row.sender_id === me,
    content: row.content,
    notice: row.system && noticeOf(row.system, people),
    deleted: row.deleted_at !== null,
    edited: (row.edited_at ?? null) !== null,
    pinned: (row.pinned_at ?? null) !== null,
    replyTo: row.reply_to ?? null,
    reactions: reactionsOf(row, people),
    change: null,
    createdAt: new Date(row.created_at),
    status,
    refusal: null
  };
}

function reactionsOf({ reactions = {}, my_reactions = [] }: Partial<MessageRow>, people: Directory): readonly Reaction[] {
  return Object.entries(reactions)
    .toSorted(([, a], [, b]) => (a.since < b.since ? -1 : 1))
    .map(([emoji, { count, user_ids }]) => ({
      emoji,
      count,
      mine: my_reactions.includes(emoji),
      people: user_ids.flatMap((id) => people.get(id) ?? [])
    }));
}

/** Whom a system message names. */
export function namedIn({ user_id, user_ids }: SystemRow): readonly string[] {
  return [user_id, ...(Array.isArray(user_ids) ? user_ids : [])].filter((id) => typeof id === 'string');
}

function noticeOf(system: SystemRow, people: Directory): SystemNotice {
  const { code, ...args } = system;
  return { code, args, people: namedIn(system).flatMap((id) => people.get(id) ?? []) };
}

export function onItsWay({ entry, stored }: OutboxItem, status: MessageStatus, people: Directory): TimelineMessage {
  return {
    key: keyOf(entry.userId, entry.id),
    id: entry.id,
    seq: stored?.seq ?? null,
    senderId: entry.userId,
    sender: people.get(entry.userId) ?? null,
    mine: true,
    content: entry.content,
    notice: null,
    deleted: false,
    edited: false,
    pinned: false,
    replyTo: entry.action.type === 'send' ? entry.action.replyTo : null,
    reactions: [],
    change: null,
    createdAt: new Date(stored ? stored.created_at : entry.writtenAt),
    status,
    refusal: entry.refusal
  };
}

function sameReactions(a: readonly Reaction[], b: readonly Reaction[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ emoji, count, mine, people }, index) => {
      const other = b[index]!;
      const samePeople = people.length === other.people.length && people.every((person, n) => person === other.people[n]);
      return emoji === other.emoji && count === other.count && mine === other.mine && samePeople;
    })
  );
}

/** The args of a message never change: who is known may. */
function sameNotice(a: SystemNotice | null, b: SystemNotice | null): boolean {
  return (
    a?.code === b?.code &&
    a?.people.length === b?.people.length &&
    (a?.people.every((person, index) => person === b?.people[index]) ?? true)
  );
}

function looksSame(a: TimelineMessage, b: TimelineMessage): boolean {
  return (
    a.seq === b.seq &&
    a.status === b.status &&
    a.content === b.content &&
    a.deleted === b.deleted &&
    a.edited === b.edited &&
    a.pinned === b.pinned &&
    sameReactions(a.reactions, b.reactions) &&
    a.change?.id === b.change?.id &&
    a.change?.status === b.change?.status &&
    sameNotice(a.notice, b.notice) &&
    a.sender === b.sender &&
    a.senderId === b.senderId &&
    a.createdAt.getTime() === b.createdAt.getTime() &&
    a.refusal?.code === b.refusal?.code
  );
}
