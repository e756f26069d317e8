/** What is told of inserts, updates and deletes, and to which wishes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Inbox } from '../listening.ts';
import { startWorld, type World } from '../world.ts';
import { listen, type Listening } from './hearing.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.sql.query(`
    create type public.mood as enum ('sad', 'ok');
    create type public.pair as (a int, b text);
    create table public.notes (id int primary key, room int, body text);
    create table public.tags (id int primary key, label text);
    create schema other;
    create table other.things (id int primary key);
    create table public.whole (id int primary key, word text, number numeric, flag boolean, at timestamptz, moods public.mood[]);
    alter table public.whole replica identity full;
    create table public.keyless (word text);
    create table public.pairs (
      key text, id int, primary key (key, id), pair public.pair, one numeric(10, 2), code char(4), at timestamptz, tags text[],
      bytes bytea, data jsonb, double int generated always as (id * 2) stored
    );
    create table public.large (id int primary key, short text, long text);
    create table public.large_whole (id int primary key, short text, long text);
    alter table public.large_whole replica identity full;
    alter table public.large alter column long set storage external;
    alter table public.large_whole alter column long set storage external;
    create table public.parted (id int primary key, word text) partition by range (id);
    create table public.parted_low partition of public.parted for values from (0) to (100);
    create table public.by_index (id int primary key, code int not null);
    create unique index by_index_code on public.by_index (code);
    alter table public.by_index replica identity using index by_index_code;
    grant usage on schema other to authenticated;
    grant select on all tables in schema public, other to authenticated;
    alter publication supabase_realtime add table
      public.notes, public.tags, other.things, public.whole, public.keyless, public.pairs, public.large, public.large_whole,
      public.parted, public.by_index;
  `);
});

afterAll(() => world.stop());

let ids = 0;
const newId = () => (ids += 1);

async function someone() {
  const { token } = await world.person();
  return world.client(token);
}

describe('a row', () => {
  test('that is inserted, updated and deleted is told with its columns and the time of the commit', async () => {
    const { heard } = await listen(await someone(), { table: 'notes' });
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
    expect(updated).toMatchObject({ eventType: 'UPDATE', new: { id: 1, room: 7, body: 'two' }, errors: null });
    expect(updated!.old).toEqual({ id: 1 });
    expect(deleted).toMatchObject({ eventType: 'DELETE', new: {}, old: { id: 1 }, errors: null });
  });

  test('looks on the wire as the database itself has it', async () => {
    const { token } = await world.person();
    const socket = new WebSocket(`${world.url}/websocket?vsn=2.0.0&apikey=${token}`);
    const frames = new Inbox<string>();
    socket.on('message', (data: Buffer) => frames.put(data.toString()));
    await new Promise((resolve) => socket.once('open', resolve));
    const entry = { event: 'INSERT', schema: 'public', table: 'pairs' };
    socket.send(JSON.stringify(['1', '1', 'realtime:wire', 'phx_join', { config: { postgres_changes: [entry] } }]));
    const [, , , , reply] = JSON.parse((await frames.first(1))[0]!) as [
      null,
      null,
      string,
      string,
      { response: { postgres_changes: { id: number }[] } }
    ];
    const [{ id }] = reply.response.postgres_changes as [{ id: number }];
    expect(reply).toEqual({ status: 'ok', response: { postgres_changes: [{ ...entry, id }] } });
    await frames.find((frame) => frame.includes('Subscribed to PostgreSQL'));
    await world.sql.query(`
      insert into pairs values ('a', 5, '(1,"x y")', 1.50, 'ab', '2026-01-02 03:04:05.678+00', '{a,"b,c",NULL}', '\\x0102', '{"b": 1, "a": [1]}')`);
    const frame = await frames.find((text) => text.includes('commit_timestamp'));
    const columns = [
      ...[
        ['key', 'text'],
        ['id', 'int4'],
        ['pair', 'pair'],
        ['one', 'numeric'],
        ['code', 'bpchar'],
        ['at', 'timestamptz']
      ],
      ...[
        ['tags', '_text'],
        ['bytes', 'bytea'],
        ['data', 'jsonb'],
        ['double', 'int4']
      ]
    ].map(([name, type]) => `{"name":"${name}","type":"${type}"}`);
    const time = /"commit_timestamp":"([^"]+)"/.exec(frame)![1];
    expect(frame).toBe(
      `[null,null,"realtime:wire","postgres_changes",{"data":{"columns":[${columns.join()}],"commit_timestamp":"${time}","errors":null,` +
        `"record":{"at":"2026-01-02T03:04:05.678+00:00","id":5,"key":"a","one":1.50,"code":"ab  ","data":{"a": [1], "b": 1},` +
        `"pair":{"a": 1, "b": "x y"},"tags":["a","b,c",null],"bytes":"0102","double":10},` +
        `"schema":"public","table":"pairs","type":"INSERT"},"ids":[${id}]}]`
    );
    socket.close();
  });

  test('of a table logged in full is told with all that it was', async () => {
    const { heard } = await listen(await someone(), { table: 'whole' });
    await world.sql.query(`insert into whole values (1, 'a', 1.5, true, '2026-01-01', '{sad,ok}')`);
    await world.sql.query(`update whole set word = 'b' where id = 1`);
    await world.sql.query(`delete from whole where id = 1`);
    const [, updated, deleted] = await heard.first(3);
    const row = { id: 1, number: 1.5, flag: true, at: '2026-01-01T00:00:00+00:00', moods: ['sad', 'ok'] };
    expect(updated).toMatchObject({ new: { ...row, word: 'b' }, old: { ...row, word: 'a' } });
    expect(deleted!.old).toEqual({ ...row, word: 'b' });
  });

  test('whose key changes is told with the old one', async () => {
    const { heard } = await listen(await someone(), { table: 'tags', event: 'UPDATE' });
    await world.sql.query(`insert into tags values (10, 'a'); update tags set id = 11 where id = 10`);
    const [updated] = await heard.first(1);
    expect([updated!.old, updated!.new]).toEqual([{ id: 10 }, { id: 11, label: 'a' }]);
  });

  test('of a table known by another index is told with that', async () => {
    const { heard } = await listen(await someone(), { table: 'by_index' });
    await world.sql.query(`insert into by_index values (1, 70); update by_index set code = 71; delete from by_index`);
    const [, updated, deleted] = await heard.first(3);
    expect([updated!.old, deleted!.old]).toEqual([{ code: 70 }, { code: 71 }]);
  });

  test('without a primary key is not told, only that there was one', async () => {
    const { heard } = await listen(await someone(), { table: 'keyless', filter: 'word=eq.nobody' });
    await world.sql.query(`insert into keyless values ('a')`);
    const [inserted] = await heard.first(1);
    expect(inserted).toEqual({
      schema: 'public',
      table: 'keyless',
      eventType: 'INSERT',
      new: {},
      old: {},
      commit_timestamp: null,
      errors: ['Error 400: Bad Request, no primary key']
    });
  });

  test('of more than a megabyte is told with its short values only', async () => {
    const { heard } = await listen(await someone(), { table: 'large' });
    await world.sql.query(`insert into large values (1, 'short', repeat('x', 1048577))`);
    await world.sql.query(
      `insert into large values (2, repeat('é', 32), repeat('x', 1040000)), (3, repeat('x', 63), repeat('x', 1048577))`
    );
    const [large, fits, other] = await heard.first(3);
    expect(large).toMatchObject({ new: { id: 1, short: 'short' }, errors: ['Error 413: Payload Too Large'] });
    expect(large!.new).not.toHaveProperty('long');
    expect(fits!.errors).toBeNull();
    expect(fits!.new.long).toHaveLength(1_040_000);
    expect(other!.new).toEqual({ id: 3 });
  });

  test('with a large value that did not change is told without it, unless the table is logged in full', async () => {
    const client = await someone();
    const [plain, whole] = [
      await listen(client, { table: 'large', event: 'UPDATE' }),
      await listen(client, { table: 'large_whole', event: 'UPDATE' })
    ];
    for (const table of ['large', 'large_whole']) {
      await world.sql.query(`insert into ${table} values (9, 'a', repeat('x', 9000))`);
      await world.sql.query(`update ${table} set short = 'b' where id = 9`);
    }
    expect((await plain.heard.first(1))[0]!.new).toEqual({ id: 9, short: 'b' });
    expect((await whole.heard.first(1))[0]!.new).toEqual({ id: 9, short: 'b', long: 'x'.repeat(9000) });
  });

  test('of a partition is told under its name', async () => {
    const { heard } = await listen(await someone(), { table: 'parted_low' });
    await world.sql.query(`insert into parted values (5, 'a')`);
    expect((await heard.first(1))[0]).toMatchObject({ table: 'parted_low', new: { id: 5, word: 'a' } });
  });

  test('of a truncated table is told to nobody', async () => {
    const { heard } = await listen(await someone(), { table: 'tags' });
    await world.sql.query(`insert into tags values (20, 'a'); truncate tags; insert into tags values (21, 'b')`);
    expect((await heard.first(2)).map(({ eventType }) => eventType)).toEqual(['INSERT', 'INSERT']);
  });

  test('of a transaction that is undone is told to nobody', async () => {
    const { heard } = await listen(await someone(), { table: 'notes', filter: 'room=eq.3' });
    await world.sql.query(`begin; insert into notes values (300, 3, 'undone'); rollback`);
    await world.sql.query(
      `begin; savepoint a; insert into notes values (301, 3, 'undone'); rollback to a; insert into notes values (302, 3, 'done'); commit`
    );
    expect((await heard.first(1))[0]!.new.id).toBe(302);
  });
});

describe('a wish', () => {
  test.each(['INSERT', 'UPDATE', 'DELETE'])('for %s brings nothing else', async (event) => {
    const { heard } = await listen(await someone(), { table: 'notes', event });
    const id = newId() + 1_000;
    await world.sql.query(
      `insert into notes values (${id}); update notes set body = 'b' where id = ${id}; delete from notes where id = ${id}`
    );
    await world.sql.query(
      `insert into notes values (${id}); update notes set body = 'b' where id = ${id}; delete from notes where id = ${id}`
    );
    expect((await heard.first(2)).map(({ eventType }) => eventType)).toEqual([event, event]);
  });

  test('for a schema brings all of its published tables, and * those of all', async () => {
    const client = await someone();
    const [inPublic, inOther, everywhere] = [
      await listen(client, { schema: 'public' }),
      await listen(client, { schema: 'other', table: '*' }),
      await listen(client, { schema: '*' })
    ];
    await world.sql.query(`insert into other.things values (1)`);
    await world.sql.query(`insert into tags values (30)`);
    await world.sql.query(`insert into notes values (31)`);
    const names = (listening: Listening, count: number) =>
      listening.heard.first(count).then((all) => all.map(({ schema, table }) => `${schema}.${table}`));
    expect(await names(everywhere, 3)).toEqual(['other.things', 'public.tags', 'public.notes']);
    expect(await names(inPublic, 2)).toEqual(['public.tags', 'public.notes']);
    expect(await names(inOther, 1)).toEqual(['other.things']);
  });

  test('for some columns brings those and the key', async () => {
    const { heard } = await listen(await someone(), { table: 'whole', select: ['word'] });
    await world.sql.query(
      `insert into whole values (5, 'a', 1); update whole set number = 2 where id = 5; delete from whole where id = 5`
    );
    const [inserted, updated, deleted] = await heard.first(3);
    expect([inserted!.new, updated!.new, updated!.old, deleted!.old]).toEqual(Array(4).fill({ id: 5, word: 'a' }));
  });

  test('is one of several on a channel, each with its own', async () => {
    const { inboxes, channel } = await listen(
      await someone(),
      { table: 'notes', event: 'INSERT', filter: 'room=eq.40' },
      { table: 'notes', event: 'INSERT', filter: 'room=gt.30' },
      { table: 'notes', event: 'INSERT', filter: 'room=gt.30', select: ['id'] },
      { table: 'notes', event: 'DELETE' }
    );
    await world.sql.query(`insert into notes values (40, 40, 'a'), (41, 41, 'b'); delete from notes where id = 40`);
    const [first, second, third, fourth] = inboxes;
    expect((await second!.first(2)).map((heard) => heard.new)).toEqual([
      { id: 40, room: 40, body: 'a' },
      { id: 41, room: 41, body: 'b' }
    ]);
    expect((await third!.first(2)).map((heard) => heard.new)).toEqual([{ id: 40 }, { id: 41 }]);
    expect((await fourth!.first(1)).map(({ old }) => old)).toEqual([{ id: 40 }]);
    expect(first!.all.map((heard) => heard.new.id)).toEqual([40]);
    await channel.unsubscribe();
  });

  test('of a channel that left brings nothing, and its row is taken out', async () => {
    const { id, token } = await world.person();
    const client = world.client(token);
    const [leaving, staying] = [await listen(client, { table: 'tags' }), await listen(client, { table: 'tags' })];
    const entered = async () =>
      (await world.sql.query(`select from realtime.subscription where claims ->> 'sub' = $1`, [id])).rowCount;
    expect(await entered()).toBe(2);
    await leaving.channel.unsubscribe();
    await world.sql.query(`insert into tags values (50)`);
    await staying.heard.first(1);
    expect(leaving.heard.all).toEqual([]);
    await expect.poll(entered).toBe(1);
  });
});

describe('a filter', () => {
  const row = `'hello', 5.50, true, '2026-05-01T10:00:00Z', '{ok}'`;
  test.each([
    ['word=eq.hello', 'word=eq.hell'],
    ['word=neq.other', 'word=neq.hello'],
    ['word=gt.a', 'word=gt.z'],
    ['word=like.h%o', 'word=like.H%'],
    ['word=ilike.HEL%', 'word=ilike.hel'],
    ['word=match.^h.l+o$', 'word=match.^l'],
    ['word=imatch.^HE', 'word=imatch.^LE'],
    ['word=in.(hello,world)', 'word=in.(hell)'],
    ['word=in.("hello","a,b")', 'word=in.("a,b")'],
    ['word=isdistinct.x', 'word=isdistinct.hello'],
    ['word=not.eq.x', 'word=not.eq.hello'],
    ['word=not.is.null', 'word=is.null'],
    ['word=not.in.(a,b)', 'word=not.in.(hello)'],
    ['word=eq."hello"', 'word=eq."hello'],
    ['number=eq.5.5', 'number=eq.5'],
    ['number=lt.5.51', 'number=lt.5.5'],
    ['number=lte.5.5', 'number=lte.5.49'],
    ['number=gte.5.500', 'number=gte.6'],
    ['number=gt.-6,number=lt.6', 'number=gt.-6,number=lt.5'],
    ['flag=is.true', 'flag=is.false'],
    ['flag=eq.t', 'flag=eq.false'],
    ['flag=not.is.unknown', 'flag=is.unknown'],
    ['at=lt.2026-05-01T12:30:00+02:00', 'at=lt.2026-05-01T12:00:00+02:00'],
    ['at=eq.2026-05-01 12:00:00+02', 'at=eq.2026-05-01'],
    ['moods=eq.{ok}', 'moods=eq.{sad}'],
    ['word=eq.hello,number=gt.5,flag=is.true', 'word=eq.hello,number=gt.5,flag=is.false']
  ])('%s lets the row pass, %s does not', async (fitting, failing) => {
    const { inboxes, channel } = await listen(
      await someone(),
      { table: 'whole', filter: fitting },
      { table: 'whole', filter: failing },
      { table: 'whole' }
    );
    const id = newId() + 100;
    await world.sql.query(
      `insert into whole values (${id}, ${row}); update whole set number = number where id = ${id}; delete from whole where id = ${id}`
    );
    const events = ['INSERT', 'UPDATE', 'DELETE'];
    expect((await inboxes[2]!.first(3)).map(({ eventType }) => eventType)).toEqual(events);
    expect(inboxes[0]!.all.map(({ eventType }) => eventType)).toEqual(events);
    expect(inboxes[1]!.all).toEqual([]);
    await channel.unsubscribe();
  });

  test('sees of a deleted row what is logged of it', async () => {
    const { inboxes } = await listen(
      await someone(),
      { table: 'notes', event: 'DELETE', filter: 'id=eq.60' },
      { table: 'notes', event: 'DELETE', filter: 'room=eq.6' },
      { table: 'notes', event: 'DELETE' }
    );
    await world.sql.query(`insert into notes values (60, 6), (61, 6); delete from notes where room = 6`);
    expect((await inboxes[2]!.first(2)).map(({ old }) => old)).toEqual([{ id: 60 }, { id: 61 }]);
    expect(inboxes[0]!.all.map(({ old }) => old)).toEqual([{ id: 60 }]);
    expect(inboxes[1]!.all).toEqual([]);
  });

  test('sees of an updated row what it is now', async () => {
    const { inboxes } = await listen(
      await someone(),
      { table: 'whole', event: 'UPDATE', filter: 'word=eq.before' },
      { table: 'whole', event: 'UPDATE', filter: 'word=eq.after' }
    );
    await world.sql.query(`insert into whole values (70, 'before'); update whole set word = 'after' where id = 70`);
    expect((await inboxes[1]!.first(1))[0]).toMatchObject({ old: { word: 'before' }, new: { word: 'after' } });
    expect(inboxes[0]!.all).toEqual([]);
  });

  test('sees a generated column', async () => {
    const { heard } = await listen(await someone(), { table: 'pairs', filter: 'double=eq.44' });
    await world.sql.query(`insert into pairs (key, id) values ('b', 21), ('b', 22)`);
    expect((await heard.first(1))[0]!.new).toMatchObject({ id: 22, double: 44 });
  });
});

test('a client from before 2022 says with its topic what it wants, and hears of it by events of their own', async () => {
  const { token } = await world.person();
  const socket = new WebSocket(`${world.url}/websocket?apikey=${token}`);
  const frames = new Inbox<{ event: string; payload: Record<string, unknown> }>();
  socket.on('message', (data: Buffer) =>
    frames.put(JSON.parse(data.toString()) as { event: string; payload: Record<string, unknown> })
  );
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ topic: 'realtime:public:notes:room=eq.80', event: 'phx_join', payload: {}, ref: '1' }));
  await frames.find(({ event, payload }) => event === 'system' && payload.message === 'Subscribed to PostgreSQL');
  await world.sql.query(
    `insert into notes values (80, 80, 'a'), (81, 81, 'b'); update notes set body = 'c' where id = 80; delete from notes where id in (80, 81)`
  );
  const [inserted, updated] = (await frames.first(4)).slice(2);
  expect(inserted).toMatchObject({ event: 'INSERT', payload: { table: 'notes', type: 'INSERT', record: { id: 80, body: 'a' } } });
  expect(updated).toMatchObject({ event: 'UPDATE', payload: { record: { id: 80, body: 'c' }, old_record: { id: 80 } } });
  socket.close();
});
