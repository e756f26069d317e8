import type {
  AppNotification,
  Channels,
  Draft,
  NotificationList,
  NotifyingSettings,
  OwnTeam,
  Personal,
  ScheduledMessage
} from '../../web/lib/chat/index.ts';
import { Settable } from './settable.ts';

export function notification(given: Partial<AppNotification> & { id: string }): AppNotification {
  return {
    event: 'mentioned',
    category: 'mention',
    priority: 'normal',
    title: `Title of ${given.id}`,
    body: '',
    actionUrl: null,
    args: {},
    conversationId: null,
    seq: null,
    actorId: null,
    groupKey: null,
    silent: false,
    createdAt: new Date(),
    read: false,
    archived: false,
    awaitsAcknowledgement: false,
    ...given
  };
}

export function notificationList(items: readonly AppNotification[], loaded = true): NotificationList {
  const unread = items.filter(({ read, archived }) => !read && !archived);
  const unreadBy = new Map([...Map.groupBy(unread, ({ category }) => category)].map(([category, all]) => [category, all.length]));
  return { items, unread: unread.length, unreadBy, unacknowledged: items.filter((one) => one.awaitsAcknowledgement), loaded };
}

export type FakePersonal = Personal & {
  notifications: { list: Settable<NotificationList> };
  /** What was done, in order. */
  done: [name: string, ...args: unknown[]][];
  /** Notifications have just come. */
  arrive(arrived: readonly AppNotification[]): void;
};

/** Nothing of one's own; what the app does with it is written down in `done`. */
export function fakePersonal(): FakePersonal {
  const done: FakePersonal['done'] = [];
  const listeners = new Set<(arrived: readonly AppNotification[]) => void>();
  const does =
    (name: string) =>
    (...args: unknown[]) =>
      void done.push([name, ...args]);
  const asks = (name: string) => {
    const note = does(name);
    return async (...args: unknown[]) => note(...args);
  };
  const drafts = new Settable<ReadonlyMap<string, Draft>>(new Map());
  return {
    done,
    arrive: (arrived) => {
      for (const listener of listeners) listener(arrived);
    },
    drafts: {
      all: drafts,
      save(conversationId, text, { replyTo = null, threadSeq = 0 } = {}) {
        const next = new Map(drafts.current);
        const key = `${conversationId}/${threadSeq}`;
        if (text) next.set(key, { conversationId, threadSeq, text, replyTo, savedAt: new Date() });
        else next.delete(key);
        drafts.set(next);
      }
    },
    settings: {
      all: new Settable(new Map()),
      setLevel: does('setLevel'),
      mute: does('mute'),
      unmute: does('unmute'),
      pin: does('pin'),
      archive: does('archive'),
      markUnread: does('markUnread')
    },
    blocks: { all: new Settable<ReadonlySet<string>>(new Set()), block: asks('block'), unblock: asks('unblock') },
    scheduled: {
      all: new Settable<readonly ScheduledMessage[]>([]),
      schedule: async (...args) => {
        done.push(['schedule', ...args]);
        return 'scheduled';
      },
      edit: asks('edit'),
      cancel: asks('cancel'),
      sendNow: asks('sendNow')
    },
    notifications: {
      list: new Settable(notificationList([])),
      markRead: does('markRead'),
      markUnread: does('markUnread'),
      markAllRead: does('markAllRead'),
      archive: does('archive'),
      acknowledge: does('acknowledge'),
      onArrived(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      }
    },
    notifying: {
      settings: new Settable<NotifyingSettings>({
        timeZone: 'UTC',
        quietFrom: null,
        quietTo: null,
        quietDays: [1, 2, 3, 4, 5, 6, 7],
        snoozedUntil: null,
        digestAfter: '1 day',
        language: 'en',
        playsSound: true,
        showsContent: true,
        untouched: true
      }),
      channels: new Settable<ReadonlyMap<string, Channels> | null>(null),
      change: does('change'),
      snooze: does('snooze'),
      setChannel: does('setChannel'),
      load: asks('load')
    },
    teams: new Settable<readonly OwnTeam[]>([]),
    onPersonalChange: () => () => {}
  };
}
