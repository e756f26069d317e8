import type { NotificationPreferenceRow, NotificationRow, NotificationSettingsRow } from '../wire/personal.ts';
import { wished, type AskedOf } from './overlay.ts';
import type { Rows } from './personal-record.ts';
import { ONLY } from './tables.ts';
import type { WishItem } from './wish-plan.ts';

const CHANGES = {
  read: (row, now) => ({ ...row, read_at: row.read_at ?? now }),
  unread: (row) => ({ ...row, read_at: null, acknowledged_at: null }),
  archived: (row, now) => ({ ...row, archived_at: row.archived_at ?? now }),
  unarchived: (row) => ({ ...row, archived_at: null }),
  acknowledged: (row, now) => ({ ...row, acknowledged_at: row.acknowledged_at ?? now, read_at: row.read_at ?? now })
} satisfies Record<AskedOf<'notifications'>['to'], (row: NotificationRow, now: string) => NotificationRow>;

export function shownNotifications(rows: Rows<'notifications'>, items: readonly WishItem[], now: string): Rows<'notifications'> {
  const wishes = wished(items, 'notifications', 'all_read');
  if (wishes.length === 0) return rows;
  const shown = new Map<string, NotificationRow>(rows);
  const change = (row: NotificationRow | undefined, to: keyof typeof CHANGES) => {
    if (row) shown.set(row.id, CHANGES[to](row, now));
  };
  for (const asked of wishes) {
    if (asked.type === 'notifications') for (const id of asked.ids) change(shown.get(id), asked.to);
    else
      for (const row of shown.values()) {
        if (row.read_at === null && row.created_at <= asked.upTo && (asked.category ?? row.category) === row.category)
          change(row, 'read');
      }
  }
  return shown;
}

/** What holds for who never changed anything, as the database has it. */
export const UNTOUCHED: NotificationSettingsRow = {
  revision: 0,
  time_zone: 'UTC',
  quiet_from: null,
  quiet_to: null,
  quiet_days: [1, 2, 3, 4, 5, 6, 7],
  snoozed_until: null,
  digest_after: '1 day',
  language: 'en',
  plays_sound: true,
  shows_content: true
};

export function shownNotifying(rows: Rows<'notification_settings'>, items: readonly WishItem[]): NotificationSettingsRow {
  let row = rows.get(ONLY) ?? UNTOUCHED;
  for (const asked of wished(items, 'notifying', 'snooze')) {
    row = asked.type === 'snooze' ? { ...row, snoozed_until: asked.until } : withoutNoughts({ ...row, ...asked.change });
  }
  return row;
}

const withoutNoughts = (row: NotificationSettingsRow): NotificationSettingsRow => ({
  ...row,
  ...(row.quiet_from === row.quiet_to && { quiet_from: null, quiet_to: null }),
  ...(row.digest_after === '0' && { digest_after: null })
});

/** `defaults`: of the categories for which there is no row. */
export function shownChannels(
  rows: Rows<'notification_preferences'>,
  items: readonly WishItem[],
  defaults: ReadonlyMap<string, Omit<NotificationPreferenceRow, 'revision'>>
): ReadonlyMap<string, Omit<NotificationPreferenceRow, 'revision'>> {
  const shown = new Map<string, Omit<NotificationPreferenceRow, 'revision'>>([...defaults, ...rows]);
  for (const { category, change } of wished(items, 'channels')) {
    const before = shown.get(category);
    if (before) shown.set(category, { ...before, ...change });
  }
  return shown;
}
