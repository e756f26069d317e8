/**
 * Random changes before random listeners: what the server sends is what `realtime.apply_rls`, the real server's way of
 * finding out, says of the same change.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Inbox } from '../listening.ts';
import { type Person, startWorld, type World } from '../world.ts';

let world: World;

const COLUMNS = `id int, key text, n numeric, at timestamptz, tags text[], flag boolean, owner uuid, secret text, primary key (id, key)`;

beforeAll(async () => {
  world = await startWorld();
  await world.sql.query(`
    create table public.brief (${COLUMNS});
    create table public.whole (${COLUMNS});
    create table public.plain (${COLUMNS});
    create table public.keyless (id int, key text, n numeric);
    alter table public.whole replica identity full;
    alter table public.plain replica identity full;
    alter table public.keyless replica identity full;
    alter table public.brief enable row level security;
    alter table public.whole enable row level security;
    create policy own on public.brief for select to authenticated using (owner = (select auth.uid()) or flag);
    create policy own on public.whole for select to authenticated using (owner = (select auth.uid()));
    create policy large on public.whole for select to anon using (n > 2);
    grant select on public.brief, public.whole, public.plain, public.keyless to service_role;
    grant select (id, key, n, at, tags, flag, owner) on public.brief, public.whole, public.plain to authenticated;
    grant select on public.keyless to authenticated, anon;
    grant select (id, key, n) on public.whole to anon;
    grant select (key, n) on public.plain to anon;
    alter publication supabase_realtime add table public.brief, public.whole, public.plain, public.keyless`);
});

afterAll(() => world.stop());

interface Data {
  columns: unknown[] | null;
  record?: object | null;
  old_record?: object | null;
  errors: string[] | null;
  [other: string]: unknown;
}

let state = 20_261_121;
const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)]!;

const TABLES = ['brief', 'whole', 'plain', 'keyless'] as const;
const FILTERS = [
  '',
  'key=eq.a',
  'n=gt.2',
  'key=in.(a,b),n=lte.4',
  'n=not.is.null',
  'key=not.like.b%',
  'id=neq.3',
  'key=isdistinct.c',
  'key=match.^[ab]',
  'n=eq.2.50'
];
const SELECTS = [undefined, undefined, ['n'], ['key', 'n']];

/** A channel of one wish on a socket of its own. */
async function listener(token: string, params: object) {
  const socket = new WebSocket(`${world.url}/websocket?vsn=2.0.0&apikey=${token}`);
  const answers = new Inbox<{ status: string }>();
  const told = new Inbox<Data>();
  socket.on('message', (bytes: Buffer) => {
    const [, , , event, payload] = JSON.parse(bytes.toString()) as [null, null, string, string, { data: Data; status: string }];
    if (event === 'postgres_changes') told.put(payload.data);
    else answers.put(payload);
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const config = { postgres_changes: [params], postgres_changes_options: { wait: true } };
  socket.send(JSON.stringify(['1', '1', 'realtime:x', 'phx_join', { config }]));
  const [{ status }] = (await answers.first(1)) as [{ status: string }];
  return { socket, told, isListening: status === 'ok' };
}

const value = (column: string, people: readonly Person[]): string | null => {
  if (random(6) === 0 && column !== 'id' && column !== 'key') return null;
  switch (column) {
    case 'n':
      return pick(['1', '2.50', '3', '40', 'NaN']);
    case 'at':
      return pick(['2026-01-02T03:04:05.678Z', '1999-12-31']);
    case 'tags':
      return pick(['{}', '{a,"b c"}']);
    case 'flag':
      return pick(['t', 'f']);
    case 'owner':
      return pick(people).id;
    case 'id':
      return String(random(6));
    default:
      return pick(['a', 'b', 'c']);
  }
};

interface Typed {
  name: string;
  type: string;
  oid: number;
  isKey: boolean;
}

/** A row as the decoder of the real server has it. */
function decoded(columns: readonly Typed[], row: Record<string, string | null>) {
  return columns.map(({ name, type, oid }) => ({ name, type, typeoid: oid, value: row[name] === 'NaN' ? null : row[name] }));
}

test('what is sent is what the database says', { timeout: 90_000 }, async () => {
  const people = [await world.person(), await world.person()];
  const tokens = [
    ...people.map(({ token }) => token),
    await world.token({ role: 'anon' }),
    await world.token({ role: 'service_role' })
  ];
  const listeners = [];
  while (listeners.length < 60) {
    const select = pick(SELECTS);
    const filter = pick(FILTERS);
    const params = {
      event: pick(['*', '*', 'INSERT', 'UPDATE', 'DELETE']),
      schema: 'public',
      table: pick(TABLES),
      ...(filter ? { filter } : {}),
      ...(select ? { select } : {})
    };
    const made = await listener(pick(tokens), params);
    if (made.isListening) listeners.push(made);
    else made.socket.close();
  }
  const { rows: entered } = await world.admin.query<{ uuid: string }>(
    'select subscription_id as uuid from realtime.subscription order by id'
  );
  expect(entered).toHaveLength(listeners.length);
  const marker = await listener(tokens[3]!, { event: '*', schema: 'public' });
  await world.admin.query(`delete from realtime.subscription where not subscription_id = any ($1)`, [
    entered.map(({ uuid }) => uuid)
  ]);

  const expected = new Map<string, Data[]>(entered.map(({ uuid }) => [uuid, []]));
  let changes = 0;
  while (changes < 120) {
    const table = pick(TABLES);
    const { rows: columns } = await world.admin.query<Typed>(
      `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.atttypid::int as oid, a.attnum = any (coalesce(k.conkey, '{}')) as "isKey"
       from pg_attribute a left join pg_constraint k on k.conrelid = a.attrelid and k.contype = 'p'
       where a.attrelid = $1::regclass and a.attnum > 0 order by a.attnum`,
      [table]
    );
    const texts = (row: string) => columns.map(({ name }) => `'${name}', format('%s', ${row}.${name})`).join(', ');
    const nulls = (row: string) =>
      `jsonb_strip_nulls(jsonb_build_object(${columns.map(({ name }) => `'${name}', case when ${row}.${name} is null then true end`).join(', ')}))`;
    const asText = (row: string) =>
      `jsonb_build_object(${texts(row)}) || (select coalesce(jsonb_object_agg(key, null), '{}') from jsonb_each(${nulls(row)}))`;
    const values = columns.map(({ name }) => value(name, people));
    const names = columns.map(({ name }) => name).join(', ');
    const placeholders = columns.map((_, n) => `$${n + 1}`).join(', ');
    const existing = `(select ctid from ${table} order by md5(ctid::text || '${changes}') limit 1)`;
    const change = pick(['insert', 'insert', 'update', 'delete'] as const);
    const changed = await world.admin
      .query<{ before: Record<string, string | null> | null; after: Record<string, string | null> | null }>(
        change === 'insert'
          ? {
              text: `insert into ${table} as r (${names}) values (${placeholders}) returning null as before, ${asText('r')} as after`,
              values
            }
          : change === 'update'
            ? `update ${table} as r set n = 1 + b.n, key = b.key || '' from (select ctid, * from ${table} order by md5(ctid::text || '${changes}') limit 1) as b where r.ctid = b.ctid returning ${asText('b')} as before, ${asText('r')} as after`
            : `delete from ${table} as r where r.ctid = ${existing} returning ${asText('r')} as before, null as after`
      )
      .then(
        ({ rows }) => rows[0],
        () => undefined
      );
    if (!changed) continue;
    const keys = columns.filter(({ isKey }) => isKey);
    const identity = table === 'brief' ? keys : columns;
    const wal = {
      action: change[0]!.toUpperCase(),
      schema: 'public',
      table,
      timestamp: new Date().toISOString(),
      pk: keys.map(({ name, type }) => ({ name, type })),
      ...(changed.after ? { columns: decoded(columns, changed.after) } : {}),
      ...(changed.before ? { identity: decoded(identity, changed.before) } : {})
    };
    const { rows: told } = await world.admin.query<{ wal: Data; ids: string[]; errors: string[] }>(
      'select wal, subscription_ids as ids, errors from realtime.apply_rls($1)',
      [JSON.stringify(wal)]
    );
    for (const { wal: data, ids, errors } of told) for (const id of ids) expected.get(id)!.push({ ...data, errors });
    // The row is looked up as it is when it is told: the next change waits for that.
    changes += 1;
    await marker.told.first(changes);
  }

  let count = 0;
  for (const [index, { uuid }] of entered.entries()) {
    const wanted = expected.get(uuid)!;
    const got = await listeners[index]!.told.first(wanted.length);
    expect(got.map(comparable)).toEqual(wanted.map(comparable));
    expect(listeners[index]!.told.all).toHaveLength(wanted.length);
    count += wanted.length;
  }
  expect(count).toBeGreaterThan(200);
  for (const { socket } of [...listeners, marker]) socket.close();
});

/** Without the time, which only the stream knows, and with the defaults that the real server puts in on the way. */
function comparable({ columns, record, old_record, errors, type, schema, table }: Data): object {
  return {
    columns: columns ?? [],
    ...(type === 'DELETE' ? {} : { record: record ?? {} }),
    ...(type === 'INSERT' ? {} : { old_record: old_record ?? {} }),
    errors: errors?.length ? errors : null,
    type,
    schema,
    table
  };
}
