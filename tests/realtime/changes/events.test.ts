/** What is told of inserts, updates and deletes, and to which wishes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../world.ts';
import { listen } from './hearing.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.sql.query(`
    create table public.notes (id int primary key, room int, body text);
    create table public.tags (id int primary key, label text);
    create schema other;
    create table other.things (id int primary key);
    create table public.unpublished (id int primary key);
    grant select on public.notes, public.tags, public.unpublished to anon, authenticated;
    grant usage on schema other to authenticated;
    grant select on other.things to authenticated;
    alter publication supabase_realtime add table public.notes, public.tags, other.things;
  `);
});

afterAll(() => world.stop());

test('inserts, updates and deletes are told with the row, its columns and the time of the commit', async () => {
  const { token } = await world.person();
  const { heard } = await listen(world.client(token), { table: 'notes' });
  await world.sql.query(`insert into notes values (1, 7, 'one')`);
  await world.sql.query(`update notes set body = 'two' where id = 1`);
  await world.sql.query(`delete from notes where id = 1`);
  const [inserted, updated, deleted] = await heard.first(3);
  expect(inserted).toEqual({
    schema: 'public',
    table: 'notes',
    eventType: 'INSERT',
    new: { id: 1, body: 'one', room: 7 },
    old: {},
    commit_timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    errors: null
  });
  expect(updated).toMatchObject({ eventType: 'UPDATE', new: { id: 1, room: 7, body: 'two' }, old: { id: 1 } });
  expect(updated!.old).toEqual({ id: 1 });
  expect(deleted).toMatchObject({ eventType: 'DELETE', new: {}, old: { id: 1 } });
});
