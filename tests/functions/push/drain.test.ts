/** A run of the function push: what it sends to a push service, what it reports to the database, and when it ends. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import webPush from 'web-push';
import { Bell } from '../../../functions/push/bell.ts';
import { Breaker } from '../../../functions/push/breaker.ts';
import { budget } from '../../../functions/push/budget.ts';
import { drain, type DrainOptions } from '../../../functions/push/drain.ts';
import { sender } from '../../../functions/push/send.ts';
import { vapid } from '../../../functions/push/vapid.ts';
import type { Due, Work } from '../../../functions/push/work.ts';
import { makeVapidKeys } from '../../../supabase/embedded/vapid.ts';
import type { Device } from '../../support/push/device.ts';
import { PushService } from '../../support/push/service.ts';

const keys = { ...makeVapidKeys(), subject: 'mailto:parley@parley.test' };
let service: PushService;
let device: Device;

beforeAll(async () => {
  service = await PushService.start();
});
afterAll(() => service.stop());
beforeEach(() => {
  device = service.subscribe(keys.publicKey);
  service.log.length = 0;
});
afterEach(() => {
  service.answer = () => ({ status: 201 });
});

let lastId = 0;
const due = (to: Pick<Device, 'endpoint' | 'p256dh' | 'auth'> = device, more: Partial<Due> = {}): Due => {
  const id = (lastId += 1);
  const { endpoint, p256dh, auth } = to;
  const { origin } = new URL(endpoint);
  const payload = { v: 1, kind: 'message', tag: `conversation-${id}`, title: 'Alice', body: `Message ${id}` };
  return {
    id,
    attempt: 1,
    subscription: { endpoint, p256dh, auth, origin },
    may_be_inside: true,
    payload,
    urgency: 'normal',
    ttl_s: 60,
    ...more
  };
};

/** The database's part, in memory: gives out what it has, and remembers what it was told. */
function database(queue: Due[], nextInMs: (number | null)[] = []) {
  const told = { sent: [] as [number, number][], failed: [] as unknown[], released: [] as number[] };
  const claims: string[][] = [];
  const work: Work = {
    claim: (most, servicesDown) => {
      claims.push(servicesDown);
      const isUp = ({ subscription }: Due) => !servicesDown.includes(subscription.origin);
      const given = queue.filter(isUp).slice(0, most);
      for (const each of given) queue.splice(queue.indexOf(each), 1);
      return Promise.resolve(given);
    },
    sent: ({ id }, status) => Promise.resolve(void told.sent.push([id, status])),
    failed: ({ id }, status, error, retryAfterS, isGone) =>
      Promise.resolve(void told.failed.push({ id, status, error, retryAfterS, isGone })),
    released: (each) => {
      told.released.push(each.id);
      queue.push(each);
      return Promise.resolve();
    },
    nextInMs: () => Promise.resolve(nextInMs.shift() ?? null),
    ringAgain: () => Promise.resolve()
  };
  return { work, told, claims, queue };
}

const send = (timeoutMs = 2_000) => sender({ authorize: vapid(keys, webPush), webPush, timeoutMs });

const run = (work: Work, options: Partial<DrainOptions> = {}, timeoutMs?: number) =>
  drain(work, send(timeoutMs), { breaker: new Breaker(), mayGoOn: () => true, wait: () => Promise.resolve(), ...options });

describe('a push', () => {
  test('reaches the device, with what the service is to know of it, and is reported', async () => {
    const one = due(device, { topic: 'c0ffee', urgency: 'high', ttl_s: 3600 });
    const { work, told } = database([one]);
    expect(await run(work)).toEqual({ sent: 1, failed: 0, gone: 0, released: 0, isUnfinished: false });
    expect(service.log).toMatchObject([
      { status: 201, device: device.id, topic: 'c0ffee', urgency: 'high', ttlS: 3600, content: one.payload, fault: undefined }
    ]);
    expect(told.sent).toEqual([[one.id, 201]]);
  });

  test.each([404, 410])('that is answered with %d ends the subscription', async (status) => {
    service.answer = () => ({ status });
    const { work, told } = database([due()]);
    expect(await run(work)).toMatchObject({ gone: 1, failed: 0 });
    expect(told.failed).toMatchObject([{ status, isGone: true, retryAfterS: null }]);
  });

  test.each([
    ['400', { status: 400 }, 400, null],
    ['413', { status: 413 }, 413, null],
    ['429 without a word of when', { status: 429 }, 429, null],
    ['429 for two minutes', { status: 429, headers: { 'retry-after': '120' } }, 429, 120],
    ['500', { status: 500 }, 500, null],
    ['503 for a minute', { status: 503, headers: { 'retry-after': '60' } }, 503, 60],
    ['a redirect', { status: 307, headers: { location: 'http://127.0.0.1:1/' } }, 307, null],
    ['a reset', 'reset' as const, null, null],
    ['nothing', 'hang' as const, null, null]
  ])('that is answered with %s is given back, with what was said', async (_, answer, status, retryAfterS) => {
    service.answer = () => answer;
    const { work, told } = database([due()]);
    expect(await run(work, {}, 200)).toMatchObject({ sent: 0, failed: 1, gone: 0 });
    expect(told.failed).toMatchObject([{ status, retryAfterS, isGone: false }]);
    expect(service.log).toHaveLength(1);
  });

  test('may be answered with a date to come back at', async () => {
    service.answer = () => ({ status: 429, headers: { 'retry-after': new Date(Date.now() + 90_000).toUTCString() } });
    const { work, told } = database([due()]);
    await run(work);
    const [{ retryAfterS }] = told.failed as [{ retryAfterS: number }];
    expect(retryAfterS).toBeGreaterThan(80);
    expect(retryAfterS).toBeLessThanOrEqual(90);
  });

  test('that cannot be made to fit is not sent at all', async () => {
    const { work, told } = database([due(device, { payload: { tag: 'x'.repeat(4_000) } })]);
    await run(work);
    expect([service.log, told.failed]).toMatchObject([[], [{ status: 413 }]]);
  });

  test('for keys that are no keys fails alone', async () => {
    const wrong = due({ endpoint: device.endpoint, p256dh: 'AAAA', auth: 'AAAA' });
    const { work, told } = database([wrong, due()]);
    expect(await run(work)).toMatchObject({ sent: 1, failed: 1 });
    expect(told.failed).toMatchObject([{ id: wrong.id, status: null, isGone: false }]);
  });
});

describe('an endpoint', () => {
  const outside = (resolve?: () => Promise<{ address: string; family: number }[]>) =>
    sender({ authorize: vapid(keys, webPush), webPush, fetcher: () => Promise.reject(new Error('was called')), resolve });
  const at = (endpoint: string) => due({ endpoint, p256dh: device.p256dh, auth: device.auth }, { may_be_inside: false });

  test.each([
    'https://127.0.0.1/push',
    'https://[::1]/push',
    'https://0x7f.1/push',
    'https://2130706433/push',
    'https://[::ffff:10.0.0.1]/push',
    'https://169.254.169.254/latest/meta-data'
  ])('%s is inside a network, and not called', async (endpoint) => {
    expect(await outside()(at(endpoint))).toMatchObject({
      kind: 'failed',
      error: expect.stringMatching(/not on the public Internet/)
    });
  });

  test('whose name leads inside is not called', async () => {
    const inside = () =>
      Promise.resolve([
        { address: '93.184.216.34', family: 4 },
        { address: '10.1.2.3', family: 4 }
      ]);
    expect(await outside(inside)(at('https://both.example/push'))).toMatchObject({
      error: 'both.example is not on the public Internet'
    });
  });

  test('without a certificate to prove itself is not called', async () => {
    const address = () => Promise.resolve([{ address: '93.184.216.34', family: 4 }]);
    expect(await outside(address)(at('http://push.example/x'))).toMatchObject({ error: 'It takes https' });
    expect(await outside(address)(at('https://push.example/x'))).toMatchObject({ error: 'was called' });
  });
});

describe('a run', () => {
  test('goes on until nothing is due, a limited number at once', async () => {
    const { work, told } = database(Array.from({ length: 200 }, () => due()));
    service.mostUnderWay = 0;
    // Nobody is answered before there are seven.
    const seven = Promise.withResolvers<void>();
    service.answer = async () => {
      if (service.underWay === 7) seven.resolve();
      await seven.promise;
      return { status: 201 };
    };
    expect(await run(work, { atOnce: 7 })).toMatchObject({ sent: 200, isUnfinished: false });
    expect(new Set(told.sent.map(([id]) => id)).size).toBe(200);
    expect(service.mostUnderWay).toBe(7);
  });

  test('signs and connects once for many', async () => {
    const { work } = database(Array.from({ length: 100 }, () => due()));
    service.connections = 0;
    await run(work, { atOnce: 4 });
    expect(service.connections).toBeLessThanOrEqual(4);
  });

  test('waits for what is due in a moment, and not for what is due later', async () => {
    const queue: Due[] = [];
    const { work } = database(queue, [3_000, 11_000]);
    const waited: number[] = [];
    const wait = (ms: number) => {
      waited.push(ms);
      queue.push(due());
      return Promise.resolve();
    };
    expect(await run(work, { wait })).toMatchObject({ sent: 1, isUnfinished: false });
    expect(waited).toEqual([3_000]);
  });

  test('waits no longer when somebody rings', async () => {
    const bell = new Bell();
    const queue: Due[] = [];
    const { work } = database(queue, [10_000]);
    const wait = (ms: number) => {
      const waiting = bell.wait(ms);
      queue.push(due());
      bell.ring();
      return waiting;
    };
    expect(await run(work, { wait })).toMatchObject({ sent: 1 });
  });

  test('claims again when nothing was left of what it was given, and does not turn in circles', async () => {
    const { work, claims } = database([], Array<number>(1_000).fill(0));
    expect(await run(work)).toMatchObject({ sent: 0, isUnfinished: false });
    expect(claims.length).toBeGreaterThan(10);
    expect(claims.length).toBeLessThan(100);
  });

  test('ends when its time is over, gives back what it has not begun, and says that there is more', async () => {
    const { work, told, queue } = database(Array.from({ length: 100 }, () => due()));
    const drained = await run(work, { mayGoOn: (begun) => begun < 10, atOnce: 3 });
    expect(drained).toMatchObject({ isUnfinished: true });
    expect(drained.sent).toBe(service.log.length);
    expect(drained.sent).toBeLessThan(10 + 3);
    expect(queue).toHaveLength(100 - drained.sent);
    expect(told.sent).toHaveLength(drained.sent);
  });

  test('fails when the database does, after what was begun is reported', async () => {
    const { work, told } = database([due(), due()]);
    const claim = work.claim.bind(work);
    let asked = 0;
    work.claim = (...args) => (asked++ === 0 ? claim(...args) : Promise.reject(new Error('no database')));
    await expect(run(work, { atOnce: 2 })).rejects.toThrow('no database');
    expect(told.sent).toHaveLength(2);
  });
});

describe('a service that is down', () => {
  test('is tried a few times and left alone, while others are served', async () => {
    const other = await PushService.start();
    try {
      const well = other.subscribe(keys.publicKey);
      service.answer = () => ({ status: 503 });
      const { work, told, queue, claims } = database(Array.from({ length: 100 }, (_, n) => due(n % 2 ? device : well)));
      expect(await run(work, { atOnce: 2 })).toMatchObject({ sent: 50 });
      expect(service.log.length).toBeGreaterThanOrEqual(5);
      // What was on its way at the fifth failure could not be called back.
      expect(service.log.length).toBeLessThanOrEqual(5 + 1);
      expect(told.failed).toHaveLength(service.log.length);
      expect(queue).toHaveLength(50 - service.log.length);
      expect(claims.at(-1)).toEqual([service.origin]);
    } finally {
      await other.stop();
    }
  });

  test('stays known to the next run, which tries one push when the rest is over', async () => {
    const clock = { ms: 0 };
    const breaker = new Breaker({ restMs: 1_000, now: () => clock.ms });
    service.answer = () => 'reset';
    const { work, queue } = database(Array.from({ length: 30 }, () => due()));
    await run(work, { breaker, atOnce: 1 });
    const first = service.log.length;
    await run(work, { breaker });
    expect(service.log).toHaveLength(first);
    clock.ms = 1_000;
    await run(work, { breaker });
    expect(service.log).toHaveLength(first + 1);
    service.answer = () => ({ status: 201 });
    clock.ms = 4_000;
    expect(await run(work, { breaker })).toMatchObject({ sent: 1, failed: 0, isUnfinished: true });
    expect(await run(work, { breaker })).toMatchObject({ failed: 0, isUnfinished: false });
    expect(queue).toEqual([]);
  });

  test('is not said to be so because it refuses what it is sent', async () => {
    service.answer = () => ({ status: 400 });
    const { work, told } = database(Array.from({ length: 30 }, () => due()));
    await run(work);
    expect(told.failed).toHaveLength(30);
  });
});

test('a run may compute for so long, last for so long, and begin so many', () => {
  const clock = { wall: 5_000, cpu: 700 as number | undefined };
  const limits = { wallMs: 1_000, cpuMs: 100, pushes: 10 };
  const mayGoOn = budget(
    limits,
    () => clock.cpu,
    () => clock.wall
  );
  expect([mayGoOn(0), mayGoOn(9), mayGoOn(10)]).toEqual([true, true, false]);
  clock.cpu = 800;
  expect(mayGoOn(0)).toBe(false);
  clock.cpu = 799;
  clock.wall = 6_000;
  expect(mayGoOn(0)).toBe(false);
  clock.wall = 5_999;
  expect(mayGoOn(0)).toBe(true);
});
