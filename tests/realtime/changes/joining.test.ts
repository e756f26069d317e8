/** Subscribing: what a join answers, when changes are told, and what is said of wishes that cannot be granted. */
import type { RealtimeChannelOptions } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { attempt, Inbox, subscribe } from '../listening.ts';
import { startWorld, type World } from '../world.ts';
import { answerTo, listen, type Wish, wishing } from './hearing.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.sql.query(`
    create table public.notes (id int primary key, body text, flag boolean, tags text[]);
    create table public.unpublished (id int primary key);
    grant select on public.notes, public.unpublished to authenticated;
    alter publication supabase_realtime add table public.notes`);
});

afterAll(() => world.stop());

async function someone() {
  return world.client((await world.person()).token);
}

const waiting = (timeout?: number): RealtimeChannelOptions =>
  ({ config: { postgres_changes_options: { wait: true, ...(timeout ? { timeout } : {}) } } }) as RealtimeChannelOptions;

const START = 'Unable to subscribe to changes with given parameters.';
const CHECK = 'please check your connect parameters';
const filters = (column: string, op: string, value: string) =>
  `[event: *, schema: public, table: notes, filters: [{"${column}", "${op}", "${value}", false}], select: nil]`;

describe('a wish that cannot be granted is refused in the real server’s words:', () => {
  test.each<[Wish, string]>([
    [
      { table: 'unpublished', event: 'INSERT' },
      `${START} Please check Realtime is enabled for the given connect parameters: [event: INSERT, schema: public, table: unpublished, filters: [], select: nil]`
    ],
    [
      { table: 'nowhere' },
      `${START} Please check Realtime is enabled for the given connect parameters: [event: *, schema: public, table: nowhere, filters: [], select: nil]`
    ],
    [{ table: 'notes', filter: 'wrong' }, 'Error parsing `filter` params: ["wrong"]'],
    [{ table: 'notes', filter: 'id=foo.1' }, 'Error parsing `filter` params: ["foo", "1"]'],
    [
      { table: 'notes', filter: 'notacolumn=eq.123' },
      `${START} An exception happened so ${CHECK}: ${filters('notacolumn', 'eq', '123')}. Exception: ERROR P0001 (raise_exception) invalid column for filter notacolumn`
    ],
    [
      { table: 'notes', filter: 'id=eq.abc' },
      `${START} An exception happened so ${CHECK}: ${filters('id', 'eq', 'abc')}. Exception: ERROR 22P02 (invalid_text_representation) invalid input syntax for type integer: "abc"`
    ],
    [
      { table: 'notes', filter: 'id=like.1%' },
      `${START} An exception happened so ${CHECK}: ${filters('id', 'like', '1%')}. Exception: ERROR P0001 (raise_exception) operator like requires a text-compatible column type, got integer`
    ],
    [
      { table: 'notes', filter: 'body=match.[' },
      `${START} An exception happened so ${CHECK}: ${filters('body', 'match', '[')}. Exception: ERROR P0001 (raise_exception) invalid regular expression for match filter: invalid regular expression: brackets [] not balanced`
    ],
    [
      { table: 'notes', filter: 'body=is.true' },
      `${START} An exception happened so ${CHECK}: ${filters('body', 'is', 'true')}. Exception: ERROR P0001 (raise_exception) is true filter requires a boolean column, got text`
    ],
    [
      { table: 'notes', filter: 'flag=is.maybe' },
      `${START} An exception happened so ${CHECK}: ${filters('flag', 'is', 'maybe')}. Exception: ERROR P0001 (raise_exception) invalid value for is filter: must be null, true, false, or unknown`
    ],
    [
      { schema: '*', select: ['id'] },
      'Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name.'
    ]
  ])('%j', async (wish, message) => {
    expect(await answerTo(await someone(), wish)).toEqual({
      extension: 'postgres_changes',
      status: 'error',
      message,
      channel: expect.stringContaining('changes ')
    });
  });

  test('more than a hundred values', async () => {
    const filter = (count: number) => `id=in.(${Array.from({ length: count }, (_, n) => n).join()})`;
    const client = await someone();
    expect((await answerTo(client, { table: 'notes', filter: filter(101) })).message).toContain(
      'too many values for `in` filter. Maximum 100'
    );
    expect((await answerTo(client, { table: 'notes', filter: filter(100) })).message).toBe('Subscribed to PostgreSQL');
  });

  test('with it all others of the channel', async () => {
    const { channel, inboxes, system } = wishing(await someone(), [{ table: 'notes' }, { table: 'nowhere' }]);
    await subscribe(channel);
    expect((await system.first(1))[0]).toMatchObject({ status: 'error' });
    const other = await listen(await someone(), { table: 'notes' });
    await world.sql.query('insert into notes values (900)');
    await other.heard.first(1);
    expect(inboxes[0]!.all).toEqual([]);
  });
});

describe('a join', () => {
  test('is answered with an id for each entry, the same for the same wish, and what else it said', async () => {
    const { token } = await world.person();
    const socket = new WebSocket(`${world.url}/websocket?vsn=2.0.0&apikey=${token}`);
    const frames = new Inbox<[string, string, string, string, { response: { postgres_changes: { id: number }[] } }]>();
    socket.on('message', (data: Buffer) => frames.put(JSON.parse(data.toString()) as never));
    await new Promise((resolve) => socket.once('open', resolve));
    const wish = { event: 'INSERT', schema: 'public', table: 'notes', note: ['kept', { as: 'it is' }] };
    socket.send(
      JSON.stringify(['1', '1', 'realtime:a', 'phx_join', { config: { postgres_changes: [wish, null, { schema: 'public' }] } }])
    );
    socket.send(JSON.stringify(['2', '2', 'realtime:b', 'phx_join', { config: { postgres_changes: [wish, wish] } }]));
    const replies = [await frames.find(([ref]) => ref === '1'), await frames.find(([ref]) => ref === '2')];
    const [a, b] = replies.map(([, , , , payload]) => payload.response.postgres_changes);
    expect(a).toEqual([
      { ...wish, id: a![0]!.id },
      { schema: 'public', id: a![1]!.id }
    ]);
    expect(b).toEqual([a![0], a![0]]);
    expect(a![0]!.id).not.toBe(a![1]!.id);
    await frames.find(([, , topic, event]) => topic === 'realtime:b' && event === 'system');
    await world.sql.query('insert into notes values (800)');
    const told = (await frames.find(([, , topic, event]) => topic === 'realtime:b' && event === 'postgres_changes')) as unknown[];
    expect((told[4] as { ids: number[] }).ids).toEqual([a![0]!.id, a![0]!.id]);
    socket.close();
  });

  test('may wait until changes are told: what is committed after it is', async () => {
    const { channel, heard, system } = wishing(await someone(), [{ table: 'notes', event: 'INSERT' }], waiting());
    await subscribe(channel);
    await world.sql.query('insert into notes values (700)');
    expect((await heard.first(1))[0]!.new.id).toBe(700);
    expect((await system.first(1))[0]).toMatchObject({ status: 'ok', message: 'Subscribed to PostgreSQL' });
  });

  test('that waits for what cannot be granted is refused with the reason', async () => {
    const { channel } = wishing(await someone(), [{ table: 'nowhere' }], waiting());
    const [first] = await attempt(channel).first(1);
    expect(first!.error!.message).toBe(
      `RealtimeDisabledForConfiguration: ${START} Please check Realtime is enabled for the given connect parameters: [event: *, schema: public, table: nowhere, filters: [], select: nil]`
    );
    await channel.unsubscribe();
  });

  test('that waits too long is refused, and leaves nothing behind', async () => {
    const lock = await world.admin.connect();
    await lock.query('begin; lock table realtime.subscription in exclusive mode');
    const { channel } = wishing(await someone(), [{ table: 'notes' }], waiting(100));
    const [first] = await attempt(channel).first(1);
    expect(first!.error!.message).toBe(
      'PostgresChangesSubscribeTimeout: Timed out after 100ms waiting for the postgres_changes subscription'
    );
    await channel.unsubscribe();
    const entered = async () =>
      (
        await world.sql.query(
          `select from realtime.subscription where created_at > now() at time zone 'utc' - interval '1 second'`
        )
      ).rowCount;
    await lock.query('commit');
    lock.release();
    await expect.poll(entered, { timeout: 5_000 }).toBe(0);
  });

  test('without wishes does not wait', async () => {
    const channel = (await someone()).channel('nothing', waiting());
    await subscribe(channel);
  });
});

test('the slot is there from the first subscription until some time after the last', async () => {
  const slots = async () =>
    (await world.sql.query(`select from pg_replication_slots where slot_name like 'supabase_realtime_replication_slot%'`))
      .rowCount;
  await world.stop();
  world = await startWorld({ changes: { idleMs: 300 } });
  await world.sql.query(`
    create table public.notes (id int primary key); grant select on public.notes to authenticated;
    alter publication supabase_realtime add table public.notes`);
  expect(await slots()).toBe(0);
  const first = await listen(await someone(), { table: 'notes' });
  expect(await slots()).toBe(1);
  await first.channel.unsubscribe();
  await expect.poll(slots).toBe(0);
  await expect.poll(async () => (await world.sql.query('select from realtime.subscription')).rowCount).toBe(0);
  const { heard } = await listen(await someone(), { table: 'notes' });
  await world.sql.query('insert into notes values (1)');
  await heard.first(1);
});
