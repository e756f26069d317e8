import type { AppNotification } from '#lib/chat/index.ts';

/** Notifications that belong together, shown as one: the newest, and how many there are. */
export type NotificationGroup = {
  readonly newest: AppNotification;
  /** Ids of all of them. */
  readonly ids: readonly string[];
  readonly read: boolean;
};

/** Of notifications with the newest first. Unread ones are not put together with read ones: what is new is seen as new. */
export function grouped(items: readonly AppNotification[]): readonly NotificationGroup[] {
  const groups = Map.groupBy(items, (item) => `${item.read} ${item.groupKey ?? item.id}`);
  return [...groups.values()].map((all) => ({ newest: all[0]!, ids: all.map(({ id }) => id), read: all[0]!.read }));
}

export type Filter = 'all' | 'unread' | 'archived';

/** `category`: empty for all. */
export function filtered(items: readonly AppNotification[], filter: Filter, category: string): readonly AppNotification[] {
  return items.filter((item) => {
    if (category && item.category !== category) return false;
    if (filter === 'archived') return item.archived;
    return !item.archived && (filter === 'all' || !item.read);
  });
}
