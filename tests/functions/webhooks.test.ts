/** Webhooks on the stack as it is: a message is sent, the database rings, the function delivers to a receiver of the test's. */

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../functions/shared/public-address.ts';
import { deliver } from '../../functions/webhooks/deliver.ts';
import { Receiver } from '../jobs/receiver.ts';
import { sharedStack } from '../support/stack.ts';
import { type Someone, someone, startGroup } from '../storage/files.ts';

const stack = sharedStack();
const sql = new pg.Pool({ connectionString: stack.dbUrl, max: 2 });
const receiver = new Receiver();
const answered = receiver.answer;

beforeAll(async () => {
  await receiver.start();
  await sql.query(`update private.settings set webhook_inside_hosts = array['127.0.0.1']`);
});
afterAll(async () => {
  await sql.query(`update private.settings set webhook_inside_hosts = '{}'`);
  await receiver.stop();
  await sql.end();
});
beforeEach(() => {
  receiver.answer = answered;
});

describe('the stack', () => {
  let alice: Someone;
  let group: string;
  let hook: { id: string; secret: string };
  const path = `/${randomUUID()}`;
  const mine = () => receiver.next(({ url }) => url === path);
  const say = async (content: string) => {
    const { error } = await alice.supabase.rpc('send_message', { conversation_id: group, id: randomUUID(), content });
    if (error) throw new Error(error.message);
  };
  const log = async () => {
    const { data } = await alice.supabase.from('webhook_deliveries').select('*').eq('webhook_id', hook.id).order('id');
    return data as { id: number; key: string; attempt: number; status: number | null; error: string | null }[];
  };
  /** The log is written after the answer; asks again until it has so many entries. */
  const logOf = async (count: number) => {
    for (;;) {
      const entries = await log();
      if (entries.length >= count) return entries;
      await sql.query('select pg_sleep(0.02)');
    }
  };
  /** What is due later is due now, and the bell rings. */
  const hurry = async () => {
    await sql.query('update private.outbox set next_at = now() where target_id = $1', [hook.id]);
    await sql.query(`select private.ring('webhooks')`);
  };
  const clear = () => sql.query('delete from private.outbox where target_id = $1', [hook.id]);

  beforeAll(async () => {
    alice = await someone(stack, 'Alice');
    group = await startGroup(alice.supabase, []);
    const { data, error } = await alice.supabase.rpc('create_webhook', { url: receiver.url + path, conversation_ids: [group] });
    if (error) throw new Error(error.message);
    hook = data as typeof hook;
  });

  test('delivers what is said, signed', async () => {
    const next = mine();
    await say('hello out there');
    const { headers, body, method } = await next;
    expect(method).toBe('POST');
    const content = new Webhook(hook.secret).verify(body, headers as Record<string, string>);
    expect(content).toMatchObject({
      type: 'message.created',
      data: { conversation_id: group, message: { content: 'hello out there', sender_id: alice.id } }
    });
    expect(await logOf(1)).toMatchObject([{ status: 200, error: null, attempt: 1, key: headers['webhook-id'] }]);
    expect((await sql.query('select from private.outbox where target_id = $1', [hook.id])).rowCount).toBe(0);
  });

  test('with both secrets while one follows the other', async () => {
    const { data: secret } = await alice.supabase.rpc('rotate_webhook_secret', { id: hook.id });
    const next = mine();
    await say('signed twice');
    const { headers, body } = await next;
    for (const key of [hook.secret, secret as string]) {
      expect(new Webhook(key).verify(body, headers as Record<string, string>)).toMatchObject({ type: 'message.created' });
    }
    expect(headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    await logOf(2);
  });

  test('again after 500, under the same id', async () => {
    receiver.answer = (_, response) => response.writeHead(500).end('out of order');
    let next = mine();
    await say('try again');
    const first = await next;
    expect((await logOf(3)).at(-1)).toMatchObject({ status: 500, error: 'Answered 500', attempt: 1 });
    receiver.answer = answered;
    next = mine();
    await hurry();
    expect((await next).headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect((await logOf(4)).at(-1)).toMatchObject({ status: 200, attempt: 2, key: first.headers['webhook-id'] });
  });

  test('follows no redirect', async () => {
    const others: string[] = [];
    receiver.answer = ({ url }, response) => {
      if (url !== path) others.push(url);
      response.writeHead(307, { location: `${receiver.url}/elsewhere` }).end();
    };
    await say('come over here');
    expect((await logOf(5)).at(-1)).toMatchObject({ status: 307, error: 'Redirects are not followed (307)' });
    expect(others).toEqual([]);
    await clear();
  });

  test('once more when its owner asks for it', async () => {
    const [entry] = await log();
    const next = mine();
    const { error } = await alice.supabase.rpc('redeliver_webhook', { delivery_id: entry!.id });
    expect(error).toBeNull();
    expect((await next).headers['webhook-id']).toBe(entry!.key);
    await logOf(6);
  });

  test('nothing to an inside address that the operator has not allowed', async () => {
    await sql.query(`update private.settings set webhook_inside_hosts = '{}'`);
    const count = receiver.received.length;
    await say('not inside');
    expect((await logOf(7)).at(-1)).toMatchObject({ status: null, error: '127.0.0.1 is not on the public Internet' });
    expect(receiver.received).toHaveLength(count);
    await sql.query(`update private.settings set webhook_inside_hosts = array['127.0.0.1']`);
    await clear();
  });

  test('nothing twice, by two drains at once', async () => {
    const from = receiver.received.length;
    const { rows } = await sql.query<{ secret: string }>('select secret from private.doorbell');
    const ring = () =>
      fetch(`${stack.apiUrl}/functions/v1/webhooks`, { method: 'POST', headers: { 'x-doorbell': rows[0]!.secret } });
    // Wanted by a transaction that has rung already, so that only ours ring.
    await sql.query(
      `select set_config('parley.rung_webhook', 'yes', true),
        private.want_work('webhook', format('%s:%s', $1::uuid, n), $1, jsonb_build_object('event', 'message.created', 'conversation_id', $2::uuid, 'seq', 1))
       from generate_series(1, 30) n`,
      [hook.id, group]
    );
    await Promise.all([ring(), ring(), ring()]);
    while ((await sql.query('select from private.outbox where target_id = $1', [hook.id])).rowCount) await ring();
    const ids = receiver.received.slice(from).map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([30, 30]);
  });

  test.each<[string, RequestInit, number]>([
    ['without the secret', { method: 'POST' }, 401],
    ['with a wrong one', { method: 'POST', headers: { 'x-doorbell': 'guessed' } }, 401],
    ['to read', { method: 'GET' }, 405]
  ])('refuses whoever calls the function %s', async (_, init, status) => {
    expect((await fetch(`${stack.apiUrl}/functions/v1/webhooks`, init)).status).toBe(status);
  });
});

describe('a delivery', () => {
  const delivery = (url: string, mayBeInside = true) => ({ url, headers: {}, body: '{}', mayBeInside });

  test('waits for a limited time', async () => {
    receiver.answer = () => undefined;
    expect(await deliver(delivery(receiver.url), 100)).toMatchObject({ error: 'No answer within 100 ms' });
  });

  test('also for the rest of an answer that has begun', async () => {
    receiver.answer = (_, response) => response.writeHead(200).write('one moment');
    expect(await deliver(delivery(receiver.url), 100)).toMatchObject({ error: expect.any(String) });
  });

  test('reads the beginning of an endless answer', async () => {
    receiver.answer = (_, response) => response.writeHead(200).write('x'.repeat(100_000));
    const outcome = await deliver(delivery(receiver.url), 2_000);
    expect(outcome).toMatchObject({ status: 200, response: 'x'.repeat(500) });
    expect(outcome.error).toBeUndefined();
  });

  test('hears when to come back', async () => {
    receiver.answer = (_, response) => response.writeHead(429, { 'retry-after': '120' }).end();
    expect(await deliver(delivery(receiver.url))).toMatchObject({ status: 429, retryAfterSeconds: 120 });
  });

  test('says that nobody is there', async () => {
    expect((await deliver(delivery('http://127.0.0.1:9/'))).error).toMatch(/ECONNREFUSED|refused/i);
  });

  test.each(['https://127.0.0.1/', 'https://[::1]/', 'https://0x7f.1/', 'https://2130706433/', 'https://[::ffff:10.0.0.1]/'])(
    'does not go to %s',
    async (url) => {
      expect((await deliver(delivery(url, false))).error).toMatch(/is not on the public Internet$/);
    }
  );

  test('goes nowhere if one of a name’s addresses is inside', async () => {
    const resolve = () =>
      Promise.resolve([
        { address: '93.184.216.34', family: 4 },
        { address: '10.1.2.3', family: 4 }
      ]);
    expect((await deliver(delivery('https://both.example/', false), 1_000, resolve)).error).toBe(
      'both.example is not on the public Internet'
    );
  });

  test('connects to the address that was judged, whatever the name means a moment later', async () => {
    let asked = 0;
    const { port } = new URL(receiver.url);
    const outcome = await deliver(delivery(`http://once.invalid:${port}/`), 2_000, () => {
      asked += 1;
      return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    });
    expect([outcome.status, asked]).toEqual([200, 1]);
  });
});

test.each([
  ['8.8.8.8', true],
  ['172.15.255.255', true],
  ['172.16.0.0', false],
  ['172.31.255.255', false],
  ['172.32.0.0', true],
  ['100.64.0.1', false],
  ['169.254.169.254', false],
  ['192.168.1.1', false],
  ['0.0.0.0', false],
  ['255.255.255.255', false],
  ['224.0.0.1', false],
  ['2606:4700::1111', true],
  ['::1', false],
  ['::', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['::ffff:8.8.8.8', true],
  ['64:ff9b::a00:1', false],
  ['fe80::1%eth0', false],
  ['fd00::1', false],
  ['2001:db8::1', false],
  ['2002:7f00:1::', false],
  ['not an address', false]
])('%s on the public Internet: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});
