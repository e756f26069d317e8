import { makesMessage } from '../outbox/entry.ts';
import { shownStatuses, type OutboxItem } from '../outbox/plan.ts';
import type { Person } from '../person.ts';
import type { HiddenMessages } from '../personal/hidden-messages.ts';
import type { ShownSettings } from '../personal/own-settings.ts';
import type { PresenceMap } from '../presence/presence.ts';
import { ownMark, type ConversationRecord, type ConversationRecords } from '../record/conversation-record.ts';
import { unreadAfter } from '../record/merge-receipt.ts';
import { reachOf, statusAt } from '../record/message-status.ts';
import type { ConversationList, ConversationSummary, TimelineMessage } from '../snapshots.ts';
import type { ConversationHeader, PreviewRow } from '../wire/rows.ts';
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
  readonly settings: ReadonlyMap<string, ShownSettings>;
  readonly hidden: HiddenMessages;
  readonly online: boolean;
};

/** The list: pinned ones, then by last activity. Rows that did not change stay the same objects. */
export function listBuilder(me: string) {
  const row = summaryBuilder(me);
  return (records: ConversationRecords, loaded: boolean, inputs: ListInputs): ConversationList => {
    const items = [...records.values()].map((record) => row(record, inputs));
    const pinnedAt = ({ id }: ConversationSummary) => inputs.settings.get(id)?.pinnedAt?.getTime() ?? Infinity;
    const since = (item: ConversationSummary) => -item.lastActivityAt.getTime();
    const compare = (a: number, b: number) => (a === b ? 0 : a - b);
    items.sort((a, b) => compare(pinnedAt(a), pinnedAt(b)) || since(a) - since(b) || (a.id < b.id ? -1 : 1));
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
    const settings = inputs.settings.get(id);
    const hidden = inputs.hidden.get(id);
    const preview = lastShown(record, hidden);
    const sender = (preview?.sender_id && inputs.people.get(preview.sender_id)) || null;

    const parts = [newest, status, partner, presence, typing, read, settings, preview, sender];
    const before = made.get(record);
    if (before?.parts.every((part, index) => part === parts[index])) return before.summary;

    const lastMessage: TimelineMessage | null = newest
      ? onItsWay(newest, status ?? 'sending', inputs.people)
      : preview &&
        shown(
          preview,
          preview.sender_id === me && preview.kind !== 'system' ? statusAt(reachOf(record, me), preview.seq) : null,
          me,
          inputs.people
        );
    const { header } = record;
    const createdAt = new Date(header.created_at);
    const summary: ConversationSummary = {
      id,
      kind: header.kind,
      isGroup: header.title !== null || header.about != null,
      title: header.title ?? partner?.displayName ?? '',
      partner,
      presence,
      role: record.role,
      memberCount: header.member_count,
      isLarge: header.is_large,
      isEncrypted: header.is_encrypted ?? false,
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
      markedUnread: (settings?.unreadFrom ?? null) !== null,
      pinned: (settings?.pinnedAt ?? null) !== null,
      archived: settings !== undefined && isArchived(settings, header),
      notifyLevel: settings?.notifyLevel ?? 'all',
      muted: (settings?.mutedUntil ?? null) !== null,
      mutedUntil: settings?.mutedUntil ?? null,
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

/** The database's rule, private.is_archived(). */
function isArchived(settings: ShownSettings, header: ConversationHeader): boolean {
  if (settings.archivedSeq === null) return false;
  if (settings.notifyLevel === 'nothing' || settings.mutedUntil !== null) return true;
  return header.last_seq - settings.archivedSeq <= header.quiet_count - settings.archivedQuietCount;
}

/** The newest message that is not hidden, as far as they are loaded. The preview that sync() gave leaves out what was hidden then. */
function lastShown({ preview, header, window }: ConversationRecord, hidden: ReadonlySet<number> | undefined): PreviewRow | null {
  const isShown = preview !== null && !hidden?.has(preview.seq);
  if (isShown && preview.seq === header.last_seq) return preview;
  const loaded = window.messages.findLast((message) => message.kind !== 'withheld' && !hidden?.has(message.seq));
  return isShown && preview.seq > (loaded?.seq ?? 0) ? preview : (loaded ?? null);
}

const isIn = (record: ConversationRecord, { stored }: OutboxItem) => stored !== null && stored.seq <= record.window.newest;
