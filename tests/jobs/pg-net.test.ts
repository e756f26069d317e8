import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startJobs } from '../../supabase/embedded/jobs/worker.ts';
import { startDatabase } from '../../supabase/embedded/postgres/database.ts';
import { Receiver } from './receiver.ts';
import { eventually, type JobsStack, startJobsStack } from './stack.ts';

interface Response {
  id: string;
  status_code: number | null;
  content_type: string | null;
  headers: Record<string, string> | null;
  content: string | null;
  timed_out: boolean;
  error_msg: string | null;
}

const RESPONSE = 'select * from net._http_response where id = $1';

let stack: JobsStack;
const receiver = new Receiver();
const answered = receiver.answer;

async function request(sql: string, values: unknown[] = []): Promise<Response> {
  const { rows } = await stack.postgres.query<{ id: string }>(`select ${sql} as id`, values);
  return eventually<Response>(stack.postgres, RESPONSE, [rows[0]!.id]);
}

beforeAll(async () => {
  [stack] = await Promise.all([startJobsStack(), receiver.start()]);
  // The worker runs already, and finds the extension without being restarted.
  await stack.postgres.query('create extension if not exists pg_net with schema extensions');
});

afterAll(async () => {
  await stack?.stop();
  await receiver.stop();
});

beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = answered;
});

describe('a request', () => {
  test('is sent with its parameters, headers and user agent, and its answer recorded', async () => {
    const response = await request(`net.http_get($1, '{"q": "a b&ü", "n": 1}', '{"x-key": "k"}')`, [`${receiver.url}/search`]);
    expect(response).toMatchObject({ status_code: 200, content_type: 'application/json', timed_out: false, error_msg: null });
    expect(receiver.received).toHaveLength(1);
    const { method, url, headers } = receiver.received[0]!;
    expect([method, headers['x-key'], headers['user-agent']]).toEqual(['GET', 'k', 'pg_net/0.20.4']);
    expect(Object.fromEntries(new URL(url, receiver.url).searchParams)).toEqual({ q: 'a b&ü', n: '1' });
  });

  test('carries JSON by POST', async () => {
    await request(`net.http_post(url := $1, body := '{"record": {"id": 7}}', headers := '{"authorization": "Bearer x"}')`, [
      receiver.url
    ]);
    const { method, headers, body } = receiver.received[0]!;
    expect([method, headers['content-type'], headers.authorization]).toEqual(['POST', 'application/json', 'Bearer x']);
    expect(JSON.parse(body)).toEqual({ record: { id: 7 } });
  });

  test('can be a DELETE with a body', async () => {
    await request(`net.http_delete($1, body := '{"gone": true}')`, [`${receiver.url}/things/1`]);
    const { method, url, body } = receiver.received[0]!;
    expect([method, url, body]).toEqual(['DELETE', '/things/1', '{"gone": true}']);
  });

  test('by POST must be JSON', async () => {
    const other = stack.postgres.query(`select net.http_post($1, headers := '{"content-type": "text/plain"}')`, [receiver.url]);
    await expect(other).rejects.toThrow('Content-Type header must be "application/json"');
  });

  test('that takes longer than its timeout is given up', async () => {
    receiver.answer = () => undefined;
    const response = await request('net.http_get($1, timeout_milliseconds := 50)', [receiver.url]);
    expect(response).toMatchObject({ status_code: null, timed_out: true });
    expect(response.error_msg).toMatch(/^Timeout of 50 ms reached\. Total time: \d+/);
  });

  test('that reaches nobody is recorded as an error', async () => {
    const response = await request(`net.http_get('http://127.0.0.1:1/')`);
    expect(response).toMatchObject({ status_code: null, timed_out: false });
    expect(response.error_msg).toMatch(/fetch failed/);
  });

  test('to another protocol is refused', async () => {
    const response = await request(`net.http_get('file:///etc/passwd')`);
    expect(response.error_msg).toBe('Unsupported protocol');
  });
});

describe('a trigger', () => {
  beforeAll(async () => {
    await stack.postgres.query(`
      create table public.orders (id int primary key);
      create function public.tg_orders__announce() returns trigger language plpgsql as $$
      begin
        perform net.http_post(url := '${receiver.url}/orders', body := jsonb_build_object('id', new.id));
        return new;
      end $$;
      create trigger announce after insert on public.orders for each row execute function public.tg_orders__announce();
    `);
  });

  test('sends after the commit, and not before', async () => {
    const client = await stack.postgres.connect();
    try {
      await client.query('begin');
      await client.query('insert into public.orders values (1)');
      // Another request that is committed in the meantime goes all the way; the open transaction's does not.
      await request(`net.http_get('${receiver.url}/other')`);
      expect(receiver.received.map(({ url }) => url)).toEqual(['/other']);
      const sent = receiver.next(({ url }) => url === '/orders');
      await client.query('commit');
      expect(JSON.parse((await sent).body)).toEqual({ id: 1 });
    } finally {
      client.release();
    }
  });

  test('sends nothing after a rollback', async () => {
    const client = await stack.postgres.connect();
    try {
      await client.query('begin; insert into public.orders values (2); rollback');
    } finally {
      client.release();
    }
    await request(`net.http_get('${receiver.url}/after')`);
    expect(receiver.received.map(({ url }) => url)).toEqual(['/after']);
    expect((await stack.postgres.query('select from net.http_request_queue')).rowCount).toBe(0);
  });

  test('announces each row once, a thousand at once', async () => {
    const before = Number((await stack.postgres.query('select count(*) as n from net._http_response')).rows[0].n);
    await stack.postgres.query('insert into public.orders select generate_series(1000, 1999)');
    await eventually(stack.postgres, 'select from net._http_response having count(*) = $1', [before + 1000], 30_000);
    const ids = receiver.received.map(({ body }) => (JSON.parse(body) as { id: number }).id).sort((a, b) => a - b);
    expect(ids).toEqual(Array.from({ length: 1000 }, (_, index) => 1000 + index));
  });
});

test('every role may queue, as with the real extension', async () => {
  const client = await stack.postgres.connect();
  try {
    await client.query('set role authenticated');
    const { rows } = await client.query<{ id: string }>('select net.http_get($1) as id', [receiver.url]);
    expect(await eventually<Response>(stack.postgres, RESPONSE, [rows[0]!.id])).toMatchObject({ status_code: 200 });
  } finally {
    await client.query('reset role');
    client.release();
  }
});

test('the worker is found up, and goes on after the database was restarted', async () => {
  await stack.postgres.query('select net.check_worker_is_up(), net.wait_until_running()');
  await stack.database.stop();
  stack.database = await startDatabase({ home: stack.home, port: stack.port });
  await stack.postgres.query('select net.wait_until_running()');
  expect(await request('net.http_get($1)', [receiver.url])).toMatchObject({ status_code: 200 });
});

test('a stop does not wait for an answer that takes minutes', async () => {
  receiver.answer = () => undefined;
  const asked = receiver.next();
  const { rows } = await stack.postgres.query<{ id: string }>('select net.http_get($1, timeout_milliseconds := 600000) as id', [
    receiver.url
  ]);
  await asked;
  await stack.jobs.stop();
  const response = (await stack.postgres.query<Response>(RESPONSE, [rows[0]!.id])).rows[0];
  expect(response).toMatchObject({
    status_code: null,
    timed_out: false,
    error_msg: 'The worker was stopped before the answer came'
  });
  stack.jobs = await startJobs({ databaseUrl: stack.database.url('supabase_admin') });
});
