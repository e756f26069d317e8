import { shownStatuses, type OutboxItem } from '../outbox/plan.ts';
import type { ConversationRecord } from '../record/conversation-record.ts';
import { reachOf, statusAt } from '../record/message-status.ts';
import type { MessageStatus, SystemNotice, TimelineMessage } from '../snapshots.ts';
import type { MessageRow, PreviewRow, SystemRow } from '../wire/rows.ts';
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
    const keep = (message: TimelineMessage) => {
      const before = previous.get(message.key);
      next.set(message.key, before && looksSame(before, message) ? before : message);
    };

    if (record) {
      const reach = reachOf(record, me);
      for (const row of record.window.messages) {
        if (row.kind === 'withheld') continue;
        const mine = row.sender_id === me;
        keep(shown(row, mine && row.kind !== 'system' ? statusAt(reach, row.seq) : null, me, people));
      }
    }
    const statuses = shownStatuses(items, online);
    items.forEach((item, index) => {
      if (!next.has(keyOf(me, item.entry.id))) keep(onItsWay(item, statuses[index] ?? 'sending', people));
    });
    previous = next;
    return [...next.values()];
  };
}

const keyOf = (senderId: string | null, id: string) => `${senderId ?? ''}/${id}`;

type Shown = PreviewRow & Partial<Pick<MessageRow, 'edited_at'>>;

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
    createdAt: new Date(row.created_at),
    status,
    refusal: null
  };
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
    createdAt: new Date(stored ? stored.created_at : entry.writtenAt),
    status,
    refusal: entry.refusal
  };
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
    sameNotice(a.notice, b.notice) &&
    a.sender === b.sender &&
    a.senderId === b.senderId &&
    a.createdAt.getTime() === b.createdAt.getTime() &&
    a.refusal?.code === b.refusal?.code
  );
}
