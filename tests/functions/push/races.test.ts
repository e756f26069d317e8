/**
 * What happens to pushes when things happen at once, or die: each device gets each notification once, or not at all where it was read.
 * Where once cannot be had, because nobody can know whether the push service took what it did not answer, the device shows it once.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import webPush from 'web-push';
import { Breaker } from '../../../functions/push/breaker.ts';
import { drain } from '../../../functions/push/drain.ts';
import { sender } from '../../../functions/push/send.ts';
import { vapid } from '../../../functions/push/vapid.ts';
import { databaseWork } from '../../../functions/push/work.ts';
import { descendants, isAlive } from '../../stack/processes.ts';
import type { Someone } from '../../storage/files.ts';
import { makeCrowd, tellCrowd } from '../../support/push/crowd.ts';
import type { Device } from '../../support/push/device.ts';
import { PushWorld } from './world.ts';

const PEOPLE = 10;
const FUNCTION = /functions\/push\/index\.ts/;
const POSTGRES = /^(?=.*bin\/postgres\b)(?=.* -D )/;

let world: PushWorld;
let alice: Someone;
let people: Someone[];
let devices: Device[];

beforeAll(async () => {
  world = await PushWorld.start();
  alice = await world.someone('Alice');
  people = await Promise.all(Array.from({ length: PEOPLE }, (_, n) => world.someone(`Person${n}`)));
  devices = await Promise.all(people.map((person) => world.device(person)));
}, 90_000);
afterAll(() => world?.stop());
beforeEach(() => {
  world.service.log.length = 0;
  for (const device of devices) device.received.length = 0;
});
afterEach(async () => {
  world.service.answer = () => ({ status: 201 });
  await world.sql.query(`update private.settings set push_delay = '0.3 seconds', push_lease = '1 minute'`);
});

/** How often each notification was taken for each device. */
function takes(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { wasTaken, device, content } of world.service.log) {
    const key = `${device} ${String(content?.['key'])}`;
    if (wasTaken) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Those that were taken more often than once. */
const repeated = () => [...takes().values()].reduce((sum, count) => sum + count - 1, 0);

/** What the screens of all devices show: everything once. */
const shown = () => devices.reduce((sum, { screen }) => sum + screen.length, 0);

function kill(command: RegExp): number {
  const [victim] = descendants(process.pid).filter((one) => command.test(one.command));
  process.kill(victim!.pid, 'SIGKILL');
  return victim!.pid;
}

test('three workers at once send everything once', async () => {
  await world.sql.query(`update private.settings set push_delay = '0'`);
  const worker = () => {
    const work = databaseWork({ url: world.stack.apiUrl, key: world.stack.secretKey });
    const send = sender({ authorize: vapid({ ...world.vapidKeys, subject: 'mailto:parley@parley.test' }, webPush), webPush });
    return drain(work, send, { breaker: new Breaker(), mayGoOn: () => true, wait: () => Promise.resolve() });
  };
  await world.announce(people, 20);
  const drained = await Promise.all([worker(), worker(), world.ring()]);
  await world.settled();
  expect([takes().size, repeated()]).toEqual([20 * PEOPLE, 0]);
  expect(drained[0].sent + drained[1].sent).toBeLessThanOrEqual(20 * PEOPLE);
}, 60_000);

test('reading against sending: what is pushed was unread when it was claimed, and what is cancelled is not pushed', async ({
  annotate
}) => {
  const group = await world.group(alice, ...people);
  const MESSAGES = 8;
  for (let n = 0; n < MESSAGES; n++) {
    const seq = await world.say(alice, group, `Message ${n}`);
    // Around the moment at which it is due.
    await Promise.all(
      people.map(async (person) => {
        await world.sql.query('select pg_sleep($1)', [Math.random() * 0.8]);
        await world.read(person, group, seq);
      })
    );
  }
  await world.settled();
  const { rows } = await world.sql.query<{ device: string; key: string; state: string; reason: string }>(
    `select split_part(s.endpoint, '/push/', 2) as device, d.key, d.state, d.reason
     from public.notification_deliveries d join public.push_subscriptions s using (user_id)
     where d.channel = 'push' and d.conversation_id = $1`,
    [group]
  );
  const pushed = takes();
  const of = (states: string[]) =>
    rows.filter(({ state }) => states.includes(state)).map(({ device, key }) => `${device} ${key}`);
  expect([...pushed.keys()].sort()).toEqual(of(['sent']).sort());
  expect(repeated()).toBe(0);
  expect(of(['cancelled']).filter((key) => pushed.has(key))).toEqual([]);
  expect(of(['sent', 'cancelled'])).toHaveLength(rows.length);
  await annotate(`${MESSAGES * PEOPLE} messages for somebody: ${pushed.size} pushed, the others read first`);
}, 60_000);

test.skipIf(process.platform !== 'linux')(
  'a worker that is killed in the middle: what it left is sent by the next',
  async ({ annotate }) => {
    await world.sql.query(`update private.settings set push_delay = '0', push_lease = '3 seconds'`);
    const COUNT = 15;
    let killed: number | undefined;
    // Taken, and the answer comes when nobody waits for it any more.
    world.service.answer = () => {
      if (world.service.log.length >= 40) killed ??= kill(FUNCTION);
      return { status: 201 };
    };
    await world.announce(people, COUNT);
    await world.settled();
    expect(isAlive(killed!)).toBe(false);
    expect(takes().size).toBe(COUNT * PEOPLE);
    expect(shown()).toBe(COUNT * PEOPLE);
    // Those whose answer, or whose report, was on its way.
    expect(repeated()).toBeLessThanOrEqual(20);
    await annotate(`${COUNT * PEOPLE} pushes, the worker killed after 40: ${repeated()} were taken twice, none was lost`);
  },
  90_000
);

test('an answer that is lost: the push comes again, and is shown once', async () => {
  const [on, off] = [devices[0]!, devices[1]!];
  off.isOff = true;
  const lost = new Set<string>();
  world.service.answer = ({ id }) => (lost.size < 2 && !lost.has(id) && lost.add(id) ? 'lose' : { status: 201 });
  await world.announce(people.slice(0, 2), 1);
  await world.service.until(() => lost.size === 2);
  while (world.service.taken().length < 4) {
    await world.hurry();
    await world.pause();
  }
  await world.settled();
  off.wakeUp();
  expect([...takes().values()]).toEqual([2, 2]);
  // The push service keeps one of a topic for a device that is off; a device that is on gets both, and shows one of a tag.
  expect([off.received.length, on.received.length, on.screen.length]).toEqual([1, 2, 1]);
}, 60_000);

test('a doorbell that is lost delays, and loses nothing', async () => {
  const { rows } = await world.sql.query<{ functions_url: string }>('select functions_url from private.doorbell');
  await world.sql.query(`update private.doorbell set functions_url = 'http://127.0.0.1:1/functions/v1'`);
  await world.announce(people, 1);
  const unheard = `select count(*)::int as n from net._http_response where error_msg is not null`;
  while ((await world.sql.query<{ n: number }>(unheard)).rows[0]!.n === 0) await world.pause();
  expect(world.service.log).toEqual([]);
  await world.sql.query('update private.doorbell set functions_url = $1', [rows[0]!.functions_url]);
  // The second bell.
  await world.settled();
  expect([takes().size, repeated()]).toEqual([PEOPLE, 0]);
}, 60_000);

test.skipIf(process.platform !== 'linux')(
  'a database that is restarted in the middle: everything is sent once',
  async () => {
    await world.sql.query(`update private.settings set push_delay = '0', push_lease = '20 seconds'`);
    const COUNT = 15;
    let killed: number | undefined;
    world.service.answer = () => {
      if (world.service.log.length >= 40) killed ??= kill(POSTGRES);
      return { status: 201 };
    };
    await world.announce(people, COUNT);
    await world.settled();
    expect(isAlive(killed!)).toBe(false);
    expect([takes().size, repeated()]).toEqual([COUNT * PEOPLE, 0]);
  },
  120_000
);

test('ten thousand that are due at once: each device gets each once, or not at all where it was read', async ({ annotate }) => {
  await world.sql.query(`update private.settings set push_delay = '0'`);
  const [CROWD, THINGS, READERS] = [100, 100, 10];
  const crowd = await makeCrowd(world.sql, world.service, world.vapidKeys.publicKey, CROWD);
  await tellCrowd(world.sql, THINGS);
  const started = Date.now();
  await world.ring();
  await world.service.until(() => world.service.log.length > (CROWD * THINGS) / 5);
  const read = await readEverything(READERS);
  await world.settled();
  const { rows } = await world.sql.query<{ device: string; key: string; state: string }>(
    `select split_part(s.endpoint, '/push/', 2) as device, d.key, d.state
     from public.notification_deliveries d join public.push_subscriptions s using (user_id) join auth.users u on u.id = d.user_id
     where d.channel = 'push' and u.email like 'crowd%@push.example'`
  );
  const pushed = takes();
  const of = (wanted: string) => rows.filter(({ state }) => state === wanted).map(({ device, key }) => `${device} ${key}`);
  expect(rows).toHaveLength(CROWD * THINGS);
  expect([...pushed.keys()].sort()).toEqual(of('sent').sort());
  expect(repeated()).toBe(0);
  expect(of('cancelled').length).toBeGreaterThan(0);
  expect(of('cancelled').length + pushed.size).toBe(CROWD * THINGS);
  expect(crowd.reduce((sum, { screen }) => sum + screen.length, 0)).toBe(pushed.size);
  const seconds = (Date.now() - started) / 1000;
  await annotate(
    `${pushed.size} taken once, ${of('cancelled').length} of the ${read} that were read were never sent; ${seconds.toFixed(0)} s`
  );
}, 240_000);

/** Some of the crowd read whatever they were told, as the app has them do it. Returns how many that were. */
async function readEverything(readers: number): Promise<number> {
  const client = await world.sql.connect();
  let read = 0;
  try {
    for (let n = 1; n <= readers; n++) {
      await client.query('begin');
      await client.query(
        `select set_config('request.jwt.claims', json_build_object('sub', id, 'role', 'authenticated')::text, true), set_config('role', 'authenticated', true)
         from auth.users where email = $1`,
        [`crowd${n}@push.example`]
      );
      const { rows } = await client.query<{ read: number }>('select public.mark_all_notifications_read()::int as read');
      await client.query('commit');
      read += rows[0]!.read;
    }
  } finally {
    client.release();
  }
  return read;
}
