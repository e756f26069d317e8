/** Web Push on a whole stack: something is said, the database rings, the function sends, a push service and devices get it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { given, type Someone } from '../../storage/files.ts';
import type { Device } from '../../support/push/device.ts';
import { PushWorld } from './world.ts';

let world: PushWorld;
let alice: Someone;
let bob: Someone;
let phone: Device;
let laptop: Device;
let group: string;

beforeAll(async () => {
  world = await PushWorld.start();
  [alice, bob] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
  group = await world.group(alice, bob);
  [phone, laptop] = [await world.device(bob), await world.device(bob)];
  await world.device(alice);
  await world.settled();
}, 90_000);
afterAll(() => world?.stop());
beforeEach(() => {
  world.service.log.length = 0;
});
afterEach(async () => {
  world.service.answer = () => ({ status: 201 });
  await world.settled();
});

const got = (device: Device) => world.service.taken(device).map(({ body }) => body);
const stateOf = async (seq: number) => (await world.deliveries('d.key = $1', [`message:${group}:${seq}`]))[0];

test('a message reaches each device of who is to get it, once, and not who wrote it', async () => {
  const seq = await world.say(alice, group, 'Hello out there');
  await world.settled();
  expect([got(phone), got(laptop), world.service.log.length]).toEqual([
    [expect.stringContaining('Hello out there')],
    [expect.stringContaining('Hello out there')],
    2
  ]);
  const [{ status, content, ttlS, urgency, topic }] = world.service.log as [(typeof world.service.log)[0]];
  expect(status).toBe(201);
  expect(content).toMatchObject({
    v: 1,
    kind: 'message',
    conversation_id: group,
    seq,
    url: expect.stringContaining(`/chats/${group}`)
  });
  expect([ttlS > 0, urgency, topic]).toEqual([true, 'normal', expect.stringMatching(/^[\w-]{1,32}$/)]);
  expect(await stateOf(seq)).toMatchObject({ state: 'sent' });
});

test('what was read in the meantime is not sent', async () => {
  await world.sql.query(`update private.settings set push_delay = '2 seconds'`);
  const seq = await world.say(alice, group, 'Read at once');
  await world.read(bob, group, seq);
  await world.sql.query(`update private.settings set push_delay = '0.3 seconds'`);
  await world.settled();
  expect(world.service.log).toEqual([]);
});

test('several messages of a conversation are one notification on a device that was off', async () => {
  laptop.isOff = true;
  for (const text of ['One', 'Two', 'Three']) {
    await world.say(alice, group, text);
    await world.settled();
  }
  const before = laptop.received.length;
  laptop.wakeUp();
  expect(laptop.received.slice(before)).toMatchObject([{ body: expect.stringContaining('Three') }]);
  expect(got(phone)).toHaveLength(3);
  expect(phone.screen.filter(({ tag }) => tag === world.service.taken(phone)[0]!.tag)).toHaveLength(1);
});

test('a push service that fails is asked again, and the other device has it once', async () => {
  let failures = 0;
  world.service.answer = (device) => (device.id === phone.id && failures++ < 2 ? { status: 500 } : { status: 201 });
  await world.say(alice, group, 'Once more');
  await world.service.until(() => failures === 1);
  while (failures < 3) {
    await world.hurry();
    await world.pause();
  }
  await world.settled();
  expect(got(phone)).toEqual([expect.stringContaining('Once more')]);
  expect(got(laptop)).toEqual([expect.stringContaining('Once more')]);
});

test('a device that has withdrawn is forgotten, and the other goes on', async () => {
  const third = await world.device(bob);
  world.service.unsubscribe(third);
  await world.say(alice, group, 'Who is there');
  await world.settled();
  expect(world.service.log.map(({ status }) => status).sort()).toEqual([201, 201, 410]);
  expect(await given(bob.supabase.from('push_subscriptions').select('endpoint').eq('endpoint', third.endpoint))).toEqual([]);
  await world.say(alice, group, 'Again');
  await world.settled();
  expect(world.service.log).toHaveLength(5);
});

test('what a push service will never take is given up', async () => {
  world.service.answer = () => ({ status: 413 });
  const seq = await world.say(alice, group, 'Too much');
  await world.settled();
  expect(world.service.log).toHaveLength(2);
  expect(await stateOf(seq)).toMatchObject({ state: 'dead' });
});

test('the test button reaches one device, and tells by its key what became of it', async () => {
  const { data } = await bob.supabase.from('push_subscriptions').select('device_id').eq('endpoint', phone.endpoint).single();
  const key = await given(bob.supabase.rpc('test_push', data as { device_id: string }));
  await world.settled();
  expect(world.service.log).toMatchObject([{ device: phone.id, status: 201 }]);
  expect(JSON.stringify(await given(bob.supabase.rpc('explain_notification', { user_id: bob.id, key })))).toContain('sent');
});

test('an endpoint inside the network is not called', async () => {
  await world.sql.query(`update private.settings set push_inside_hosts = '{}'`);
  await world.say(alice, group, 'Not inside');
  const tried = `select count(*)::int as n from private.pushes where error like '%not on the public Internet%'`;
  while ((await world.sql.query<{ n: number }>(tried)).rows[0]!.n < 2) await world.pause();
  expect(world.service.log).toEqual([]);
  await world.sql.query(`update private.settings set push_inside_hosts = '{127.0.0.1}'`);
  await world.hurry();
});

describe('the function', () => {
  test.each<[string, RequestInit, number]>([
    ['without the secret', { method: 'POST' }, 401],
    ['with a wrong one', { method: 'POST', headers: { 'x-doorbell': 'guessed' } }, 401],
    ['to read', { method: 'GET' }, 405]
  ])('refuses whoever calls it %s', async (_, init, status) => {
    expect((await fetch(`${world.stack.apiUrl}/functions/v1/push`, init)).status).toBe(status);
  });

  test('refuses whoever shows a key of the project instead', async () => {
    for (const apikey of [world.stack.publishableKey, world.stack.secretKey]) {
      const headers = { apikey, authorization: `Bearer ${apikey}` };
      expect((await fetch(`${world.stack.apiUrl}/functions/v1/push`, { method: 'POST', headers })).status).toBe(401);
    }
  });
});
