/** Tables that change while somebody listens, and the publication that says which are told of. */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../world.ts';
import { answerTo, listen } from './hearing.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ changes: { publicationMs: 200 } });
});

afterAll(() => world.stop());

let tables = 0;

/** A new table that is published. */
async function published(columns = 'id int primary key, body text'): Promise<string> {
  tables += 1;
  const table = `table${tables}x`;
  await world.sql.query(
    `create table public.${table} (${columns}); grant select on public.${table} to authenticated, service_role;
     alter publication supabase_realtime add table public.${table}`
  );
  return table;
}

async function someone() {
  return world.client((await world.person()).token);
}

/** Of the whole server. Resolves once this session knows it too. */
async function setForAll(session: pg.PoolClient, setting: string, value: string): Promise<void> {
  await world.admin.query(`alter system set ${setting} = '${value}'`);
  await world.admin.query('select pg_reload_conf()');
  for (;;) {
    const { rows } = await session.query<{ value: string }>('select current_setting($1) as value', [setting]);
    if (rows[0]!.value === value) return;
  }
}

/** Resolves once there is such a session; the test's own limit of time ends it otherwise. */
async function untilSomebody(condition: string): Promise<void> {
  for (;;) {
    const { rows } = await world.admin.query(`select from pg_stat_activity where ${condition} limit 1`);
    if (rows.length > 0) return;
  }
}

describe('columns', () => {
  test('that are added, renamed, changed and dropped are told as they are', async () => {
    const table = await published();
    const { heard } = await listen(await someone(), { table });
    await world.sql.query(`insert into ${table} values (1, 'a')`);
    await heard.first(1);
    await world.sql.query(`alter table ${table} add column more int[] default '{7}'; insert into ${table} values (2, 'b')`);
    await heard.first(2);
    await world.sql.query(`alter table ${table} rename column body to words; insert into ${table} values (3, 'c')`);
    await heard.first(3);
    await world.sql.query(`alter table ${table} alter column words type int using 5; insert into ${table} values (4, 8)`);
    await heard.first(4);
    await world.sql.query(`alter table ${table} drop column more; insert into ${table} values (5, 9)`);
    expect((await heard.first(5)).map((each) => each.new)).toEqual([
      { id: 1, body: 'a' },
      { id: 2, body: 'b', more: [7] },
      { id: 3, words: 'c', more: [7] },
      { id: 4, words: 8, more: [7] },
      { id: 5, words: 9 }
    ]);
  });

  test('that were renamed since are not told under their old name', async () => {
    const table = await published();
    const { heard } = await listen(await someone(), { table });
    await world.sql.query(
      `begin; insert into ${table} values (1, 'a'); alter table ${table} rename column body to words; commit`
    );
    await world.sql.query(`insert into ${table} values (2, 'b')`);
    const [before, after] = await heard.first(2);
    expect(before!.new).toEqual({ id: 1 });
    expect(after!.new).toEqual({ id: 2, words: 'b' });
  });

  test('of the key may change', async () => {
    const table = await published();
    await world.sql.query(`alter table ${table} enable row level security; create policy all_rows on ${table} using (true)`);
    const { heard } = await listen(await someone(), { table });
    await world.sql.query(`insert into ${table} values (1, 'a')`);
    await heard.first(1);
    await world.sql.query(`alter table ${table} drop constraint ${table}_pkey; insert into ${table} values (2, 'b')`);
    await heard.first(2);
    await world.sql.query(`alter table ${table} add primary key (body, id); insert into ${table} values (3, 'c')`);
    const [, keyless, again] = await heard.first(3);
    expect(keyless!.errors).toEqual(['Error 400: Bad Request, no primary key']);
    expect(again).toMatchObject({ errors: null, new: { id: 3, body: 'c' } });
  });

  test('may be filtered by when they are gone: nothing passes', async () => {
    const table = await published();
    const { inboxes } = await listen(await someone(), { table, filter: 'body=neq.x' }, { table });
    await world.sql.query(`alter table ${table} drop column body; insert into ${table} values (1)`);
    await inboxes[1]!.first(1);
    expect(inboxes[0]!.all).toEqual([]);
  });
});

describe('a table', () => {
  test('that is published later is told to those who listen to all, from its first row on', async () => {
    await published();
    const { heard, system } = await listen(await someone(), { schema: 'public' });
    const table = await published();
    await world.sql.query(`insert into ${table} values (1, 'a')`);
    expect((await heard.first(1))[0]).toMatchObject({ table, new: { id: 1, body: 'a' } });
    await system.find(({ message }) => message === 'Subscribed to PostgreSQL', 1);
  });

  test('is told of by a commit that others see only later, as one that waits for a standby', async () => {
    const { heard } = await listen(await someone(), { schema: 'public' });
    // Only the writer waits: it says so itself.
    const [writer, other] = [await world.sql.connect(), await world.sql.connect()];
    await setForAll(writer, 'synchronous_commit', 'local');
    await setForAll(writer, 'synchronous_standby_names', 'nobody');
    const commit = writer.query(`
      set synchronous_commit = 'on'; begin; create table late (id int primary key); grant select on late to authenticated;
      alter publication supabase_realtime add table late; insert into late values (1); commit; reset synchronous_commit`);
    await untilSomebody(`wait_event = 'SyncRep'`);
    await untilSomebody(`application_name = 'realtime_rls' and state = 'active'`);
    await setForAll(other, 'synchronous_standby_names', '');
    await commit;
    expect((await heard.first(1))[0]).toMatchObject({ table: 'late', new: { id: 1 } });
    await setForAll(other, 'synchronous_commit', 'on');
    writer.release();
    other.release();
  });

  test('that is not published any more is not told, and those who listen to it are', async () => {
    const table = await published();
    const { heard, system } = await listen(await someone(), { table });
    await world.sql.query(`alter publication supabase_realtime drop table ${table}; insert into ${table} values (1, 'a')`);
    const { message } = await system.find(({ status }) => status === 'error');
    expect(message).toBe(
      `Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: [event: *, schema: public, table: ${table}, filters: [], select: nil]`
    );
    expect(heard.all).toEqual([]);
  });

  test('that is renamed belongs to those who listen to its new name', async () => {
    const table = await published();
    const { system } = await listen(await someone(), { table });
    await world.sql.query(`alter table ${table} rename to ${table}_new`);
    await system.find(({ status }) => status === 'error');
    const renamed = await listen(await someone(), { table: `${table}_new` });
    await world.sql.query(`insert into ${table}_new values (1, 'a')`);
    expect((await renamed.heard.first(1))[0]).toMatchObject({ table: `${table}_new`, new: { id: 1 } });
  });

  test('that is dropped and made again is another one', async () => {
    const table = await published();
    const { heard, system } = await listen(await someone(), { table });
    await world.sql.query(`
      begin; drop table ${table}; create table ${table} (id int primary key, other text); grant select on ${table} to authenticated;
      alter publication supabase_realtime add table ${table}; insert into ${table} values (1, 'a'); commit`);
    expect((await heard.first(1))[0]!.new).toEqual({ id: 1, other: 'a' });
    expect(await system.find(({ status }) => status === 'ok', 1)).toMatchObject({ message: 'Subscribed to PostgreSQL' });
  });
});

test('without the publication nothing can be subscribed to, and with a new one all goes on', async () => {
  const table = await published();
  const { system } = await listen(await someone(), { table });
  await world.sql.query(`drop publication supabase_realtime; insert into ${table} values (1, 'lost')`);
  await system.find(({ status }) => status === 'error');
  expect((await answerTo(await someone(), { table })).message).toContain('Please check Realtime is enabled');
  await world.sql.query(`create publication supabase_realtime for table ${table}`);
  const { heard } = await listen(await someone(), { table });
  await world.sql.query(`insert into ${table} values (2, 'told')`);
  expect((await heard.first(1))[0]!.new).toEqual({ id: 2, body: 'told' });
});
