import type { Clock } from '../clock.ts';
import { derive } from '../derive.ts';
import type { Live } from '../live.ts';
import type { NotificationRow } from '../wire/personal.ts';
import { shownNotifications } from './overlay-notifications.ts';
import type { AppNotification, NotificationList, Notifications } from './personal.ts';
import type { Rows } from './personal-record.ts';
import type { Asked } from './wish.ts';
import type { Wishes } from './wishes.ts';

export type OwnNotificationsOptions = {
  rows: Live<Rows<'notifications'>>;
  loaded: Live<boolean>;
  wishes: Wishes;
  clock: Clock;
};

type Mark = Extract<Asked, { type: 'notifications' }>['to'];

/** What a person was told of, and what they have done about it. */
export class OwnNotifications implements Notifications {
  readonly list: Live<NotificationList>;
  #rows: Live<Rows<'notifications'>>;
  #wishes: Wishes;
  #listeners = new Set<(arrived: readonly AppNotification[]) => void>();

  constructor({ rows, loaded, wishes, clock }: OwnNotificationsOptions) {
    this.#wishes = wishes;
    this.#rows = derive([rows, wishes.items], (all, items) =>
      shownNotifications(all, items, new Date(clock.now()).toISOString())
    );
    const items = derive([this.#rows], listBuilder());
    this.list = derive([items, loaded], (shown, isLoaded) => ({ ...counted(shown), loaded: isLoaded }));
  }

  markRead(ids: readonly string[]): void {
    this.#mark(ids, 'read', (row) => row.read_at === null);
  }

  markUnread(ids: readonly string[]): void {
    this.#mark(ids, 'unread', (row) => row.read_at !== null);
  }

  markAllRead(category?: string): void {
    const unread = [...this.#rows.current.values()].filter(
      (row) => row.read_at === null && (category ?? row.category) === row.category
    );
    const upTo = unread.map(({ created_at }) => created_at).toSorted();
    const last = upTo.at(-1);
    if (last) this.#wishes.add({ type: 'all_read', upTo: last, category: category ?? null });
  }

  archive(ids: readonly string[], archived = true): void {
    this.#mark(ids, archived ? 'archived' : 'unarchived', (row) => (row.archived_at === null) === archived);
  }

  acknowledge(id: string): void {
    this.#mark([id], 'acknowledged', (row) => row.acknowledged_at === null);
  }

  onArrived(listener: (arrived: readonly AppNotification[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** These have just come. */
  arrived(rows: readonly NotificationRow[]): void {
    const news = rows.filter((row) => row.in_app && row.read_at === null && row.archived_at === null).map(toNotification);
    if (news.length > 0) for (const listener of [...this.#listeners]) listener(news);
  }

  #mark(ids: readonly string[], to: Mark, isOpen: (row: NotificationRow) => boolean): void {
    const open = ids.filter((id) => {
      const row = this.#rows.current.get(id);
      return row && isOpen(row);
    });
    if (open.length > 0) this.#wishes.add({ type: 'notifications', to, ids: open });
  }
}

/** Newest first. A row that did not change gives the same object. */
function listBuilder() {
  const made = new WeakMap<NotificationRow, AppNotification>();
  return (rows: Rows<'notifications'>): readonly AppNotification[] => {
    const items = [...rows.values()]
      .filter((row) => row.in_app)
      .map((row) => {
        const notification = made.get(row) ?? toNotification(row);
        made.set(row, notification);
        return notification;
      });
    return items.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? -1 : 1));
  };
}

function counted(items: readonly AppNotification[]): Omit<NotificationList, 'loaded'> {
  const unread = items.filter(({ read, archived }) => !read && !archived);
  const unreadBy = new Map<string, number>();
  for (const { category } of unread) unreadBy.set(category, (unreadBy.get(category) ?? 0) + 1);
  return { items, unread: unread.length, unreadBy, unacknowledged: items.filter((item) => item.awaitsAcknowledgement) };
}

const toNotification = (row: NotificationRow): AppNotification => ({
  id: row.id,
  event: row.event,
  category: row.category,
  priority: row.priority,
  title: row.title,
  body: row.body,
  actionUrl: row.action_url,
  args: row.args,
  conversationId: row.conversation_id,
  seq: row.seq,
  actorId: row.actor_id,
  groupKey: row.group_key,
  silent: row.is_silent,
  createdAt: new Date(row.created_at),
  read: row.read_at !== null,
  archived: row.archived_at !== null,
  awaitsAcknowledgement: row.priority === 'urgent' && row.acknowledged_at === null && row.archived_at === null
});
