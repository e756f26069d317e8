import { describe, expect, test } from 'vitest';
import { attention } from '#lib/notifications/attention.ts';
import { filtered, grouped } from '#lib/notifications/groups.ts';
import { nextMorning } from '#lib/notifications/next-morning.ts';
import { ownPath } from '#lib/notifications/path.ts';
import { isRead } from '#lib/notifications/shown.ts';
import { soundOnce } from '#lib/notifications/sound.ts';
import { toasting } from '#lib/notifications/toasting.ts';
import { deviceLabel } from '#lib/push/device-label.ts';
import { summary } from './fake-chat.ts';
import { notification, notificationList } from './fake-personal.ts';

const list = (...items: Parameters<typeof summary>[0][]) => {
  const all = items.map(summary);
  return { items: all, unread: all.reduce((sum, { unread }) => sum + unread, 0), loaded: true };
};
const conversations = list(
  { id: 'c1', title: 'One', unread: 2, readSeq: 5 },
  { id: 'c2', title: 'Two', unread: 4, muted: true },
  { id: 'c3', title: 'Three', unread: 8, notifyLevel: 'nothing' }
);

test('what waits is counted as the database counts it for a push: no muted chats, and nothing twice', () => {
  const items = [
    notification({ id: 'deal' }),
    notification({ id: 'mention', conversationId: 'c1' }),
    notification({ id: 'read', read: true }),
    notification({ id: 'archived', archived: true })
  ];
  expect(attention(conversations, notificationList(items))).toBe(3);
});

describe('the list', () => {
  const items = [
    notification({ id: 'a', groupKey: 'reaction:c1', category: 'reaction' }),
    notification({ id: 'b', groupKey: 'reaction:c1', category: 'reaction' }),
    notification({ id: 'c', groupKey: 'reaction:c1', category: 'reaction', read: true }),
    notification({ id: 'd' }),
    notification({ id: 'e', archived: true })
  ];

  test('shows what belongs together as one, what is new apart from what is known', () => {
    const groups = grouped(items);
    expect(groups.map(({ ids }) => ids)).toEqual([['a', 'b'], ['c'], ['d'], ['e']]);
    expect(groups.map(({ read }) => read)).toEqual([false, true, false, false]);
  });

  test.each([
    ['all', '', 'abcd'],
    ['unread', '', 'abd'],
    ['archived', '', 'e'],
    ['all', 'reaction', 'abc']
  ] as const)('filtered by %s and “%s”', (filter, category, ids) => {
    expect(filtered(items, filter, category).map(({ id }) => id)).toEqual([...ids]);
  });
});

describe('toasts', () => {
  test('by priority: little ones not, urgent ones not but in the notice that stays', () => {
    const all = (['low', 'normal', 'high', 'urgent'] as const).map((priority) => notification({ id: priority, priority }));
    expect(toasting(all, null)).toEqual({
      single: [
        { notification: all[1], forMs: 5_000 },
        { notification: all[2], forMs: 10_000 }
      ],
      count: 0
    });
  });

  test('not of what came silently, nor of what one looks at', () => {
    const all = [notification({ id: 'a', silent: true }), notification({ id: 'b', conversationId: 'c1' })];
    expect(toasting(all, 'c1').single).toEqual([]);
    expect(toasting(all, 'c2').single).toHaveLength(1);
  });

  test('of many at once are one', () => {
    expect(
      toasting(
        [...'abcd'].map((id) => notification({ id })),
        null
      )
    ).toEqual({ single: [], count: 4 });
  });
});

test.each([
  ['/chats/1?at=3', '/chats/1?at=3'],
  ['https://evil.example/chats', null],
  ['//evil.example/chats', null],
  ['/\\evil.example', null],
  ['javascript:alert(1)', null],
  ['', null],
  [null, null]
])('a notification leads nowhere but into the app: %s', (url, path) => {
  expect(ownPath(url)).toBe(path);
});

describe('the sound', () => {
  function browser() {
    const held = new Set<string>();
    const played: string[] = [];
    const waiting: (() => void)[] = [];
    const tab = (name: string, isFocused = false) => ({
      locks: {
        async request(lock: string, _options: { ifAvailable: boolean }, run: (lock: unknown) => Promise<void> | void) {
          const isFree = !held.has(lock);
          held.add(lock);
          await run(isFree ? {} : null);
        }
      },
      isFocused: () => isFocused,
      wait: () => new Promise<void>((resolve) => waiting.push(resolve)),
      play: () => void played.push(name)
    });
    const go = async () => {
      for (let n = 0; n < 5; n += 1) {
        for (const resolve of waiting.splice(0)) resolve();
        await Promise.resolve();
      }
    };
    return { tab, played, go };
  }

  test('comes from one tab', async () => {
    const { tab, played, go } = browser();
    void soundOnce('n1', tab('a'));
    void soundOnce('n1', tab('b'));
    await go();
    expect(played).toEqual(['a']);
  });

  test('comes from none while one of them is looked at', async () => {
    const { tab, played, go } = browser();
    void soundOnce('n1', tab('a'));
    void soundOnce('n1', tab('b', true));
    await go();
    expect(played).toEqual([]);
  });
});

test('what the system still shows goes once it is read, and not before anything is known of it', () => {
  const told = notificationList([notification({ id: 'n1', read: true }), notification({ id: 'n2' })]);
  const shown = [
    { notification_id: 'n1' },
    { notification_id: 'n2' },
    { notification_id: 'n3' },
    { conversation_id: 'c1', seq: 5 },
    { conversation_id: 'c1', seq: 6 },
    { conversation_id: 'c9', seq: 1 }
  ];
  expect(shown.map((one) => isRead(one, conversations, told))).toEqual([true, false, false, true, false, false]);
});

test('the next morning is today’s while it is still to come', () => {
  expect(nextMorning(new Date(2026, 10, 21, 7, 59))).toEqual(new Date(2026, 10, 21, 8));
  expect(nextMorning(new Date(2026, 10, 30, 8))).toEqual(new Date(2026, 11, 1, 8));
});

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36', 'Chrome, Linux'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox, Windows'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1 Mobile/15E148 Safari/604.1',
    'Safari, iPhone'
  ],
  ['curl/8', '']
])('a device is called by browser and system: %s', (agent, label) => {
  expect(deviceLabel(agent)).toBe(label);
});
