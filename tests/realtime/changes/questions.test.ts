/** What the server asks of the database about changes (questions.sql). */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Checker } from '../../../supabase/embedded/realtime/changes/checker.ts';
import { learnQuestions } from '../../../supabase/embedded/realtime/changes/session.ts';
import { Unreachable } from '../../../supabase/embedded/realtime/changes/unreachable.ts';
import { startWorld, type World } from '../world.ts';

let world: World;
let session: pg.PoolClient;

beforeAll(async () => {
  world = await startWorld();
  session = await world.admin.connect();
  await learnQuestions(session);
  await world.sql.query(`
    create table public.notes (id int primary key, body text, owner uuid);
    alter table public.notes enable row level security;
    create table public.members (id int);
    create function public.is_fine(text) returns boolean language sql as 'select true';
    create function public.same(text, text) returns boolean language sql as 'select true';
    create operator public.=== (leftarg = text, rightarg = text, function = public.same);
    create role reader nologin; create role member nologin; grant reader to member`);
});

afterAll(async () => {
  session.release(true);
  await world.stop();
});

describe('policies look at who somebody is', () => {
  const reads = async (role = 'authenticated') =>
    (await session.query<{ reads: boolean }>(`select pg_temp.reads_claims('public.notes'::regclass, $1) as reads`, [role]))
      .rows[0]!.reads;

  test.each([
    ['true', false],
    [`body = 'shown'`, false],
    ['id > 5 and body is not null', false],
    [`body like 'a%' or id = any (array[1, 2])`, false],
    ['current_user = body', false],
    ['owner = auth.uid()', true],
    ['owner = (select auth.uid())', true],
    [`current_setting('request.jwt.claims', true) is not null`, true],
    ['exists (select from public.members m where m.id = notes.id)', true],
    ['id in (select m.id from public.members m)', true],
    ['public.is_fine(body)', true],
    ['lower(body) = body', true],
    [`body operator(public.===) 'x'`, true]
  ])('where the policy is %s: %j', async (expression, expected) => {
    await world.sql.query(`create policy tried on notes for select to authenticated using (${expression})`);
    try {
      expect(await reads()).toBe(expected);
      expect(await reads('anon')).toBe(false);
    } finally {
      await world.sql.query('drop policy tried on notes');
    }
  });

  test('if any of those for the role does, be it everybody’s or of a role that it belongs to', async () => {
    await world.sql.query('create policy a on notes for select to authenticated using (true)');
    await world.sql.query('create policy b on notes for update using (owner = auth.uid())');
    expect(await reads()).toBe(false);
    await world.sql.query('create policy c on notes as restrictive for all using (owner = auth.uid())');
    expect(await reads()).toBe(true);
    await world.sql.query('drop policy c on notes; create policy d on notes for select to reader using (owner = auth.uid())');
    expect([await reads(), await reads('reader'), await reads('member')]).toEqual([false, true, true]);
  });
});

test('a table has another signature after anything that matters has changed', async () => {
  const signature = async () =>
    (await session.query<{ signature: string | null }>(`select pg_temp.signature(to_regclass('public.shifting')) as signature`))
      .rows[0]!.signature;
  await world.sql.query('create table public.shifting (id int, body text)');
  let before = await signature();
  const steps = [
    'alter table shifting add primary key (id)',
    'alter table shifting add column more int',
    'alter table shifting alter column more type bigint',
    'alter table shifting rename column more to other',
    'grant select on shifting to authenticated',
    'grant select (id) on shifting to anon',
    'alter table shifting enable row level security',
    'create policy p on shifting using (true)',
    'alter policy p on shifting using (false)',
    'drop policy p on shifting',
    'alter table shifting drop column other',
    'alter table shifting rename to shifting2; alter table shifting2 rename to shifting',
    'grant reader to anon',
    'revoke reader from anon'
  ];
  for (const step of steps) {
    await world.admin.query(step);
    const next = await signature();
    expect([step, next === before]).toEqual([step, false]);
    before = next;
  }
  await world.sql.query('insert into shifting values (1); update shifting set id = 2; analyze shifting');
  expect(await signature()).toBe(before);
  await world.sql.query('drop table shifting');
  expect(await signature()).toBeNull();
});

test('a commit that is not visible yet is waited for', async () => {
  const checker = new Checker(world.database.url('supabase_admin'));
  const other = await world.sql.connect();
  await other.query('begin');
  const { rows } = await other.query<{ xid: string }>('select pg_current_xact_id()::text as xid');
  const xid = Number(BigInt(rows[0]!.xid) & 0xffff_ffffn);
  const ask = () => checker.ask({ xids: [xid], tables: [], filters: [], values: [], checks: [] });
  await expect(ask()).rejects.toThrow(Unreachable);
  const asking = ask();
  await other.query('commit');
  expect(await asking).toEqual({ tables: [], filters: [], values: [], seen: [] });
  other.release();
  await checker.stop();
});
