import { makesMessage } from '../outbox/entry.ts';
import { shownStatuses, type OutboxItem } from '../outbox/plan.ts';
import type { Person } from '../person.ts';
import type { PresenceMap } from '../presence/presence.ts';
import { ownMark, type ConversationRecord, type ConversationRecords } from '../record/conversation-record.ts';
import { unreadAfter } from '../record/merge-receipt.ts';
import { reachOf, statusAt } from '../record/message-status.ts';
import type { ConversationList, ConversationSummary, TimelineMessage } from '../snapshots.ts';
import { toPerson, type Directory } from './people.ts';
import { onItsWay, shown } from './shown-message.ts';

/** What a row of the list is made of, besides its record. */
export type ListInputs = {
  /** By conversation. */
  readonly items: ReadonlyMap<string, readonly OutboxItem[]>;
  readonly people: Directory;
  readonly presence: PresenceMap;
  /** User ids, by conversation. */
  readonly typing: ReadonlyMap<string, readonly string[]>;
  /** Read here, the server not told yet: seq by conversation. */
  readonly reads: ReadonlyMap<string, number>;
  readonly online: boolean;
};

/** The list, sorted by last activity. Rows that did not change stay the same objects. */
export function listBuilder(me: string) {
  const row = summaryBuilder(me);
  return (records: ConversationRecords, loaded: boolean, inputs: ListInputs): ConversationList => {
    const items = [...records.values()].map((record) => row(record, inputs));
    items.sort((a, b) => b.lastActivityAt.getTime() - a.lastActivityAt.getTime() || (a.id < b.id ? -1 : 1));
    return { items, unread: items.reduce((sum, item) => sum + item.unread, 0), loaded };
  };
}

const NOBODY: readonly string[] = [];

/** One row; made anew only when something that it shows has changed. */
export function summaryBuilder(me: string) {
  const made = new WeakMap<ConversationRecord, { parts: readonly unknown[]; summary: ConversationSummary }>();

  return (record: ConversationRecord, inputs: ListInputs): ConversationSummary => {
    const { id } = record.header;
    const own = (inputs.items.get(id) ?? []).filter((item) => makesMessage(item.entry.action) && !isIn(record, item));
    const newest = own.at(-1);
    const status = newest && shownStatuses(own, inputs.online).at(-1);
    const partner = record.partner && (inputs.people.get(record.partner.id) ?? toPerson(record.partner));
    const presence = (partner && inputs.presence.get(partner.id)) ?? null;
    const typing = inputs.typing.get(id) ?? NOBODY;
    const read = Math.max(inputs.reads.get(id) ?? 0, ownMark(record, me).read_seq);
    const sender = (record.preview?.sender_id && inputs.people.get(record.preview.sender_id)) || null;

    const parts = [newest, status, partner, presence, typing, read, sender];
    const before = made.get(record);
    if (before?.parts.every((part, index) => part === parts[index])) return before.summary;

    const lastMessage: TimelineMessage | null = newest
      ? onItsWay(newest, status ?? 'sending', inputs.people)
      : record.preview &&
        shown(
          record.preview,
          record.preview.sender_id === me && record.preview.kind !== 'system'
            ? statusAt(reachOf(record, me), record.preview.seq)
            : null,
          me,
          inputs.people
        );
    const { header } = record;
    const createdAt = new Date(header.created_at);
    const summary: ConversationSummary = {
      id,
      kind: header.kind,
      isGroup: header.title !== null,
      title: header.title ?? partner?.displayName ?? '',
      partner,
      presence,
      role: record.role,
      memberCount: header.member_count,
      isLarge: header.is_large,
      description: header.description ?? null,
      closedAt: header.closed_at ? new Date(header.closed_at) : null,
      postRole: header.post_role ?? 'guest',
      slowModeSeconds: header.slow_mode_seconds ?? 0,
      disappearAfterSeconds: header.disappear_after_seconds ?? null,
      createdAt,
      lastMessage,
      lastActivityAt: lastMessage?.createdAt ?? createdAt,
      lastSeq: header.last_seq,
      readSeq: read,
      unread: shownUnread(record, read, me),
      typing: typing.flatMap((userId) => peopleOf(inputs.people.get(userId)))
    };
    made.set(record, { parts, summary });
    return summary;
  };
}

const peopleOf = (person: Person | undefined): Person[] => (person ? [person] : []);

export function byConversation(items: readonly OutboxItem[]): ReadonlyMap<string, readonly OutboxItem[]> {
  return Map.groupBy(items, (item) => item.entry.conversationId);
}

/** The record counts from what the server knows to be read; what was read here just now is taken off. */
function shownUnread(record: ConversationRecord, read: number, me: string): number {
  if (read <= ownMark(record, me).read_seq) return record.unread;
  return unreadAfter(record, read, me) ?? record.unread;
}

const isIn = (record: ConversationRecord, { stored }: OutboxItem) => stored !== null && stored.seq <= record.window.newest;
