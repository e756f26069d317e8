import { beforeEach, describe, expect, test, vi } from 'vitest';

const KEYS = { p256dh: 'public', auth: 'secret' };
const subscription = (endpoint: string) => ({
  endpoint,
  toJSON: () => ({ endpoint, keys: KEYS }),
  unsubscribe: vi.fn(() => {
    browser.subscribed = null;
    return Promise.resolve(true);
  })
});

/** What the browser has, and is told. */
const browser = vi.hoisted(() => ({
  subscribed: null as { endpoint: string } | null,
  permission: 'granted',
  answer: 'granted',
  asked: 0,
  offered: [] as unknown[]
}));
const calls = vi.hoisted(() => [] as unknown[][]);
const pushManager = {
  getSubscription: () => Promise.resolve(browser.subscribed),
  subscribe: (options: unknown) => {
    browser.offered.push(options);
    browser.subscribed = subscription('https://push.example/new');
    return Promise.resolve(browser.subscribed);
  }
};
const registration = { pushManager };

vi.mock('#lib/api/pushes.ts', () => ({
  PushCalls: class {
    save = (...args: unknown[]) => Promise.resolve(void calls.push(['save', ...args]));
    remove = (...args: unknown[]) => Promise.resolve(void calls.push(['remove', ...args]));
  }
}));
vi.mock('../../web/service-worker/backend.ts', () => ({
  openBackend: () => Promise.resolve({ client: {}, userId: 'me', config: { vapidPublicKey: 'vapid' } })
}));
vi.mock('#lib/chat/outbox/indexeddb-store.ts', () => ({ indexedDbStore: () => ({ deviceId: () => Promise.resolve('device') }) }));

const { PushDevice } = await import('#lib/push/push-device.svelte.ts');
const { subscribeAgain } = await import('../../web/service-worker/subscribe-again.ts');
const worker = { registration: registration as never, navigator: { userAgent: 'Firefox/144.0 Linux' } };
const device = () => new PushDevice({} as never, { vapidPublicKey: 'vapid' }, () => Promise.resolve('device'));

beforeEach(() => {
  Object.assign(browser, { subscribed: null, permission: 'granted', answer: 'granted', asked: 0, offered: [] });
  calls.length = 0;
  vi.stubGlobal('PushManager', class {});
  vi.stubGlobal('Notification', {
    get permission() {
      return browser.permission;
    },
    requestPermission: () => {
      browser.asked += 1;
      browser.permission = browser.answer;
      return Promise.resolve(browser.answer);
    }
  });
  vi.stubGlobal('navigator', {
    userAgent: 'Chrome/156.0 Linux',
    serviceWorker: { ready: Promise.resolve(registration), getRegistration: () => Promise.resolve(registration) }
  });
});

describe('at each start', () => {
  test('nobody is asked for anything', async () => {
    browser.permission = 'default';
    const one = device();
    await one.refresh();
    expect([one.state, browser.asked, calls]).toEqual(['off', 0, []]);
  });

  test('a browser that is subscribed says again where pushes go', async () => {
    browser.subscribed = subscription('https://push.example/1');
    const one = device();
    await one.refresh();
    expect(one.state).toBe('on');
    expect(calls).toEqual([['save', { endpoint: 'https://push.example/1', ...KEYS }, 'device', 'Chrome, Linux']]);
  });

  test('one whose permission was taken back does not', async () => {
    browser.subscribed = subscription('https://push.example/1');
    browser.permission = 'denied';
    const one = device();
    await one.refresh();
    expect([one.state, calls]).toEqual(['denied', []]);
  });
});

test('when it is turned on the browser asks, and subscribes to this server and for what is shown', async () => {
  browser.permission = 'default';
  const one = device();
  await one.enable();
  expect([one.state, browser.asked]).toEqual(['on', 1]);
  expect(browser.offered).toEqual([{ userVisibleOnly: true, applicationServerKey: 'vapid' }]);
  expect(calls).toMatchObject([['save', { endpoint: 'https://push.example/new' }, 'device', 'Chrome, Linux']]);
});

test('who says no is not subscribed', async () => {
  Object.assign(browser, { permission: 'default', answer: 'denied' });
  const one = device();
  await one.enable();
  expect([one.state, browser.offered, calls]).toEqual(['denied', [], []]);
});

test('when it is turned off, and at the sign-out, server and browser forget it', async () => {
  const subscribed = subscription('https://push.example/1');
  browser.subscribed = subscribed;
  const one = device();
  await one.disable();
  expect([one.state, calls]).toEqual(['off', [['remove', 'https://push.example/1']]]);
  expect(subscribed.unsubscribe).toHaveBeenCalledOnce();
});

describe('when the browser has changed its subscription', () => {
  test('the worker says where pushes go now', async () => {
    browser.subscribed = subscription('https://push.example/moved');
    await subscribeAgain(worker);
    expect([browser.offered, calls]).toEqual([
      [],
      [['save', { endpoint: 'https://push.example/moved', ...KEYS }, 'device', 'Firefox, Linux']]
    ]);
  });

  test('or subscribes again where it is over', async () => {
    await subscribeAgain(worker);
    expect(browser.offered).toHaveLength(1);
    expect(calls).toMatchObject([['save', { endpoint: 'https://push.example/new' }, 'device', 'Firefox, Linux']]);
  });
});
