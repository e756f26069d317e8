/** Postgres goes away and comes back; thousands listen; a great many changes come at once. */
import { RealtimeClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRealtime } from '../../../supabase/embedded/realtime/server.ts';
import { Batch } from '../../../supabase/embedded/realtime/changes/batch.ts';
import { Audience, type Interest, type Listener } from '../../../supabase/embedded/realtime/changes/audience.ts';
import type { Change } from '../../../supabase/embedded/realtime/changes/change.ts';
import type { TableFacts } from '../../../supabase/embedded/realtime/changes/facts.ts';
import { codecFor } from '../../../supabase/embedded/realtime/protocol/codec.ts';
import type { SharedFrame } from '../../../supabase/embedded/realtime/protocol/shared-frame.ts';
import { JWT_SECRET, startWorld, type World } from '../world.ts';
import { listen, wishing } from './hearing.ts';
import { subscribe } from '../listening.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.sql.query(`
    create table public.notes (id int primary key, owner uuid, body text);
    alter table public.notes enable row level security;
    create policy own on public.notes for select to authenticated using (owner = (select auth.uid()) or owner is null);
    grant select on public.notes to authenticated;
    alter publication supabase_realtime add table public.notes`);
});

afterAll(() => world.stop());

let ids = 0;
async function insert(count = 1, owner: string | null = null): Promise<number[]> {
  const first = ids + 1;
  ids += count;
  await world.sql.query('insert into notes select n, $3 from generate_series($1::int, $2::int) as n', [first, ids, owner]);
  return Array.from({ length: count }, (_, n) => first + n);
}

async function someone() {
  return world.client((await world.person()).token);
}

test('changes that come all at once are told once each, in order', async () => {
  const { heard } = await listen(await someone(), { table: 'notes', event: 'INSERT' });
  const expected: number[] = [];
  for (let n = 0; n < 3; n += 1) expected.push(...(await insert(3_000)));
  expect((await heard.first(expected.length)).map((each) => each.new.id)).toEqual(expected);
});

test('changes of many megabytes are told as well, a part at a time', async () => {
  const { channel, heard } = await listen(await someone(), { table: 'notes', event: 'UPDATE', select: ['id'] });
  const changed = await insert(60);
  await world.sql.query(`update notes set body = repeat('x', 1000000) where id = any ($1)`, [changed]);
  expect((await heard.first(60)).map((each) => each.new.id)).toEqual(changed);
  await channel.unsubscribe();
});

test('what is told is counted for Prometheus', async () => {
  const { heard } = await listen(await someone(), { table: 'notes', event: 'INSERT' });
  const authorization = `Bearer ${await world.token({ role: 'service_role' })}`;
  const counted = async (name: string) => {
    const url = world.url.replace('ws:', 'http:').replace('/socket', '/metrics');
    const text = await (await fetch(url, { headers: { authorization } })).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)![1]);
  };
  const [before, subscriptions] = [
    await counted('realtime_changes_delivered_total'),
    await counted('realtime_changes_subscriptions')
  ];
  await insert(5);
  await heard.first(5);
  expect(await counted('realtime_changes_delivered_total')).toBe(before + 5 * subscriptions);
  expect(await counted('realtime_changes_waiting')).toBe(0);
});

test('rows that are committed one by one by many are all seen by the policies', async () => {
  const { heard } = await listen(await someone(), { table: 'notes', event: 'INSERT' });
  await Promise.all(Array.from({ length: 400 }, () => insert()));
  const told = (await heard.first(400)).map((each) => each.new.id as number);
  expect(new Set(told).size).toBe(400);
});

describe('the stream', () => {
  test('comes back when its walsender is killed; those who listen are told what they may have missed', async () => {
    const { heard, system } = await listen(await someone(), { table: 'notes', event: 'INSERT' });
    await world.admin.query(
      `select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name like 'supabase_realtime_replication_slot%'`
    );
    const missed = await system.find(({ status }) => status === 'error');
    expect(missed.message).toMatch(
      /^The connection to the database was lost: changes committed between \S+Z and \S+Z may not have been delivered$/
    );
    await system.find(({ message }) => message === 'Subscribed to PostgreSQL', 1);
    const [id] = await insert();
    expect((await heard.find((each) => each.new.id === id)).new).toMatchObject({ id });
  });

  test('and all questions survive a restart of Postgres', async () => {
    const client = await someone();
    const { heard, system } = await listen(client, { table: 'notes', event: 'INSERT' });
    await world.restartDatabase();
    await system.find(({ message }) => message.startsWith('The connection to the database was lost'));
    const [id] = await insert();
    await heard.find((each) => each.new.id === id);
    const later = await listen(client, { table: 'notes', event: 'INSERT' });
    const [second] = await insert();
    await later.heard.find((each) => each.new.id === second);
  });

  test('is waited for while Postgres is away, by those who join then', async () => {
    await world.database.stop();
    const { channel, heard, system } = wishing(await someone(), [{ table: 'notes', event: 'INSERT' }]);
    await subscribe(channel);
    expect(await system.find(({ extension }) => extension === 'postgres_changes')).toMatchObject({
      status: 'error',
      message: 'Realtime was unable to connect to the project database'
    });
    await world.restartDatabase();
    await system.find(({ message }) => message === 'Subscribed to PostgreSQL');
    const [id] = await insert();
    await heard.find((each) => each.new.id === id);
  });
});

test('a server that starts takes out what a killed one left', async () => {
  const { id } = await world.person();
  await world.admin.query(
    `insert into realtime.subscription (subscription_id, entity, claims) values (gen_random_uuid(), 'notes', $1)`,
    [{ role: 'authenticated', sub: id }]
  );
  await world.restartRealtime();
  await listen(await someone(), { table: 'notes' });
  expect((await world.admin.query(`select from realtime.subscription where claims ->> 'sub' = $1`, [id])).rowCount).toBe(0);
});

test('a server that stops while Postgres is away and somebody waits for it, stops', async () => {
  const server = await startRealtime({
    databaseUrl: world.database.url('supabase_admin'),
    jwtSecret: JWT_SECRET,
    port: 0,
    log: () => undefined
  });
  const { token } = await world.person();
  const client = new RealtimeClient(`ws://127.0.0.1:${server.port}/socket`, { params: { apikey: token } });
  const { channel, system } = wishing(client, [{ table: 'notes' }]);
  await world.database.stop();
  await subscribe(channel);
  await system.find(({ status }) => status === 'error');
  await client.disconnect();
  await server.stop();
  await world.restartDatabase();
});

describe('a crowd', () => {
  const facts: TableFacts = {
    oid: 1,
    signature: 's',
    name: 'public.notes',
    hasPolicies: true,
    columns: [
      {
        name: 'id',
        type: 'int4',
        cast: 'integer',
        isKey: true,
        base: 23,
        isEnum: false,
        element: null,
        isEnumElement: false,
        generated: null
      },
      {
        name: 'owner',
        type: 'text',
        cast: 'text',
        isKey: false,
        base: 25,
        isEnum: false,
        element: null,
        isEnumElement: false,
        generated: null
      }
    ],
    roles: { authenticated: { readsClaims: true, selectable: new Set(['id', 'owner']) } }
  };
  const changeOf = (id: number, owner: string): Change => ({
    type: 'INSERT',
    table: 1,
    schema: 'public',
    name: 'notes',
    record: { id: String(id), owner },
    old: null,
    time: new Date(0),
    xid: 700 + id
  });

  function crowd(count: number, wish: (n: number) => Partial<Interest>) {
    const audience = new Audience();
    const received: { frame: SharedFrame; by: number }[] = [];
    const interests = Array.from({ length: count }, (_, by) => {
      const listener: Listener = { topic: 'realtime:x', legacy: false, deliver: (frame) => received.push({ frame, by }) };
      const viewer = { role: 'authenticated', claims: '{}' };
      return { listener, id: 7, viewer, table: 1, event: '*' as const, filters: [], select: null, ...wish(by) };
    });
    for (const interest of interests) audience.add(interest);
    return { audience, received, interests };
  }

  test('of the same claims shares one check, one lookup a row and one frame a change', () => {
    const { audience, received } = crowd(5_000, () => ({}));
    const batch = new Batch([changeOf(1, 'a'), changeOf(2, 'b'), changeOf(1, 'c')], audience, new Map([[1, facts]]));
    expect(batch.questions.checks).toEqual([{ facts, role: 'authenticated', claims: '{}', keys: [['1'], ['2']] }]);
    expect(batch.questions.xids).toEqual([701, 702]);
    expect(batch.deliver({ tables: [null], filters: [], values: [], seen: [[true, false]] })).toBe(10_000);
    const frames = new Set(received.map(({ frame }) => frame.for(codecFor('2.0.0')!)));
    expect([...frames].map((frame) => JSON.parse(frame!.data.toString())[4].data.record)).toEqual([
      { id: 1, owner: 'a' },
      { id: 1, owner: 'c' }
    ]);
  });

  test('of different people shares one check where the policies do not look at who they are', () => {
    const { audience } = crowd(1_000, (n) => ({ viewer: { role: 'authenticated', claims: `{"sub":"${n}"}` } }));
    const changes = [changeOf(1, 'a')];
    const apart = new Batch(changes, audience, new Map([[1, facts]]));
    expect(apart.questions.checks).toHaveLength(1_000);
    const roles = { authenticated: { readsClaims: false, selectable: new Set(['id']) } };
    const together = new Batch(changes, audience, new Map([[1, { ...facts, roles }]]));
    expect(together.questions.checks).toHaveLength(1);
  });

  test('in which somebody is the first of a role is told of later changes only', () => {
    const { audience, received } = crowd(2, (n) => ({ viewer: { role: ['authenticated', 'newcomer'][n]!, claims: '{}' } }));
    const batch = new Batch([changeOf(1, 'a')], audience, new Map([[1, facts]]));
    expect(batch.questions.tables).toEqual([{ oid: 1, signature: 's', roles: ['authenticated', 'newcomer'] }]);
    batch.deliver({ tables: [null], filters: [], values: [], seen: [[true]] });
    expect(received.map(({ by }) => by)).toEqual([0]);
  });

  test('that filters is asked about only where the row passes', () => {
    const { audience, received } = crowd(1_000, (n) => ({
      viewer: { role: 'authenticated', claims: `{"sub":"${n}"}` },
      filters: [{ column: 'owner', op: 'eq', negate: false, type: 25, value: String(n), canonical: String(n) }]
    }));
    const batch = new Batch([changeOf(1, '77')], audience, new Map([[1, facts]]));
    expect(batch.questions.checks).toMatchObject([{ claims: '{"sub":"77"}', keys: [['1']] }]);
    batch.deliver({ tables: [null], filters: [], values: [], seen: [[true]] });
    expect(received.map(({ by }) => by)).toEqual([77]);
  });

  test('that filters by values of its own is not gone through', () => {
    const filter = (op: 'eq' | 'gt', type: number, value: string, negate = false) => ({
      column: 'owner',
      op,
      negate,
      type,
      value,
      canonical: value
    });
    const { audience, interests } = crowd(4_000, (n) => ({ filters: [filter('eq', 25, String(n))] }));
    const others = [[], [filter('eq', 25, '77', true)], [filter('gt', 25, '1')], [filter('eq', 1700, '77')]];
    for (const filters of others) audience.add({ ...interests[0]!, filters });
    const concerned = () => [...audience.concerned(changeOf(1, '77'))].map(({ filters }) => filters);
    expect(concerned()).toEqual([...others, interests[77]!.filters]);
    audience.remove(interests[77]!);
    expect(concerned()).toEqual(others);
    expect([...audience.all(changeOf(1, '77'))]).toHaveLength(3_999 + others.length);
  });

  test('leaves no trace when it has gone', () => {
    const { audience, interests } = crowd(100, (n) => ({
      select: n % 2 === 0 ? ['id'] : null,
      filters: [{ column: 'owner', op: 'eq', negate: false, type: 25, value: String(n % 9), canonical: String(n % 9) }]
    }));
    for (const interest of interests) audience.remove(interest);
    expect([audience.size, audience.hears(1), [...audience.all(changeOf(1, 'a'))], audience.roles(1)]).toEqual([
      0,
      false,
      [],
      []
    ]);
  });
});

test('thousands on real sockets hear what each of them may see', { timeout: 60_000 }, async () => {
  const people = await Promise.all(Array.from({ length: 60 }, () => world.person()));
  const listening = await Promise.all(
    people.map(async ({ token }) => {
      const client = world.client(token);
      return Promise.all(Array.from({ length: 40 }, () => listen(client, { table: 'notes', event: 'INSERT' })));
    })
  );
  const [forAll] = await insert();
  const [forFirst] = await insert(1, people[0]!.id);
  const [last] = await insert();
  for (const [person, channels] of listening.entries()) {
    for (const { heard } of channels) {
      const expected = person === 0 ? [forAll, forFirst, last] : [forAll, last];
      expect((await heard.first(expected.length)).map((each) => each.new.id)).toEqual(expected);
    }
  }
});
