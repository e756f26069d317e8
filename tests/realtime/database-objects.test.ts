/**
 * The schema `realtime` has Supabase's names, signatures, owners and grants, so that migrations written for the one apply to the
 * other. The lists are those of supabase/realtime's own dump (priv/repo/tenant_db_dump_17.sql) with what came after it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, startDatabase } from '../../supabase/embedded/postgres/database.ts';
import { freePorts } from '../support/ports.ts';

const FUNCTIONS = [
  'apply_rls(wal jsonb, max_record_bytes integer) → SETOF realtime.wal_rls',
  'authorize(role_name text, topic_name text, claims text, sub text, headers text, read_extensions text[], write_extensions text[], OUT read_allowed boolean[], OUT write_allowed boolean[]) → record',
  'broadcast_changes(topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record, level text) → void',
  'build_prepared_statement_sql(prepared_statement_name text, entity regclass, columns realtime.wal_column[]) → text',
  'cast(val text, type_ regtype) → jsonb',
  'check_equality_op(op realtime.equality_op, type_ regtype, val_1 text, val_2 text) → boolean',
  'check_equality_op(op realtime.equality_op, type_ regtype, val_1 text, val_2 text, negate boolean) → boolean',
  'is_visible_through_filters(columns realtime.wal_column[], filters realtime.user_defined_filter[]) → boolean',
  'list_changes(publication name, slot_name name, max_changes integer, max_record_bytes integer) → TABLE(wal jsonb, is_rls_enabled boolean, subscription_ids uuid[], errors text[], slot_changes_count bigint)',
  'quote_wal2json(entity regclass) → text',
  'send(payload jsonb, event text, topic text, private boolean) → void',
  'send_binary(payload bytea, event text, topic text, private boolean) → void',
  'subscription_check_filters() → trigger',
  'to_regrole(role_name text) → regrole',
  'topic() → text',
  'wal2json_escape_identifier(name text) → text'
];

/** The real server does this itself. */
const OURS = ['keep_message_partitions() → void'];

let home: string;
let database: Database;
let admin: pg.Client;
let postgres: pg.Client;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'parley-objects-'));
  const [port] = await freePorts(1);
  database = await startDatabase({ home, port: port! });
  [admin, postgres] = [new pg.Client(database.url('supabase_admin')), new pg.Client(database.url('postgres'))];
  await Promise.all([admin.connect(), postgres.connect()]);
});
afterAll(async () => {
  await Promise.all([admin.end(), postgres.end()]);
  await database.stop();
  await rm(home, { recursive: true, force: true });
});

async function column(sql: string, client = admin): Promise<unknown[]> {
  const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
  return rows.map(([value]) => value);
}

test('the functions have their names, arguments and results', async () => {
  const functions = await column(
    `select format('%s(%s) → %s', proname, pg_get_function_identity_arguments(oid), pg_get_function_result(oid))
     from pg_proc where pronamespace = 'realtime'::regnamespace order by 1`
  );
  expect(new Set(functions)).toEqual(new Set([...FUNCTIONS, ...OURS]));
});

test('everything belongs to supabase_realtime_admin, the schema to supabase_admin', async () => {
  const owners = await column(
    `select distinct pg_get_userbyid(owner) from (
       select proowner from pg_proc where pronamespace = 'realtime'::regnamespace
       union select relowner from pg_class where relnamespace = 'realtime'::regnamespace
       union select typowner from pg_type where typnamespace = 'realtime'::regnamespace
     ) as o (owner)`
  );
  expect(owners).toEqual(['supabase_realtime_admin']);
  expect(await column(`select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'realtime'`)).toEqual([
    'supabase_admin'
  ]);
});

test('messages has its columns, keys and index', async () => {
  const columns = await column(
    `select concat_ws(' ', attname, format_type(atttypid, atttypmod), case when attnotnull then 'not null' end, pg_get_expr(adbin, adrelid))
     from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where attrelid = 'realtime.messages'::regclass and a.attnum > 0 order by a.attnum`
  );
  const utc = `(now() AT TIME ZONE 'utc'::text)`;
  expect(columns).toEqual([
    'topic text not null',
    'extension text not null',
    'payload jsonb',
    'event text',
    'private boolean false',
    `updated_at timestamp without time zone not null ${utc}`,
    `inserted_at timestamp without time zone not null ${utc}`,
    'id uuid not null gen_random_uuid()',
    'binary_payload bytea',
    'skip_broadcast boolean not null false',
    'expires_at timestamp without time zone'
  ]);
  expect(
    await column(
      `select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'realtime.messages'::regclass and contype <> 'n' order by 1`
    )
  ).toEqual(['CHECK (((payload IS NULL) OR (binary_payload IS NULL)))', 'PRIMARY KEY (id, inserted_at)']);
  expect(await column(`select indexdef from pg_indexes where indexname = 'messages_inserted_at_topic_index'`)).toEqual([
    "CREATE INDEX messages_inserted_at_topic_index ON ONLY realtime.messages USING btree (inserted_at DESC, topic) WHERE ((extension = 'broadcast'::text) AND (private IS TRUE))"
  ]);
  expect(await column(`select relrowsecurity from pg_class where oid = 'realtime.messages'::regclass`)).toEqual([true]);
});

test('its publication carries inserts that are still to be delivered', async () => {
  expect(
    await column(
      `select format('%s %s %s %s %s %s', t.schemaname, t.tablename, t.rowfilter, p.pubinsert, p.pubupdate or p.pubdelete or p.pubtruncate, p.pubviaroot)
       from pg_publication_tables t join pg_publication p using (pubname) where pubname = 'supabase_realtime_messages_publication'`
    )
  ).toEqual(['realtime messages (NOT skip_broadcast) t f t']);
  expect(await column(`select pg_get_userbyid(pubowner) from pg_publication where pubname = 'supabase_realtime'`)).toEqual([
    'postgres'
  ]);
});

describe('grants', () => {
  test.each(['anon', 'authenticated', 'service_role'])('%s may select, insert and update messages, and no more', async (role) => {
    const held = await column(
      `select privilege from unnest(array['select','insert','update','delete','truncate','references','trigger']) as privilege
       where has_table_privilege('${role}', 'realtime.messages', privilege)`
    );
    expect(held).toEqual(['select', 'insert', 'update']);
    expect(
      await column(
        `select privilege from unnest(array['usage','create']) as privilege where has_schema_privilege('${role}', 'realtime', privilege)`
      )
    ).toEqual(['usage']);
    expect(await column(`select has_function_privilege('${role}', 'realtime.keep_message_partitions()', 'execute')`)).toEqual([
      false
    ]);
    expect(await column(`select has_function_privilege('${role}', 'realtime.topic()', 'execute')`)).toEqual([true]);
  });

  test('migrations, as postgres, make policies and send', async () => {
    await postgres.query(
      `create policy migrations on realtime.messages for select to authenticated using (realtime.topic() = 'x' and extension in ('broadcast', 'presence'))`
    );
    await postgres.query('drop policy migrations on realtime.messages');
    await postgres.query(
      `select realtime.send('{"a": 1}', 'event', 'topic'), realtime.send_binary('\\x01', 'event', 'topic', false)`
    );
    expect(
      await column(`select event || private from realtime.messages where topic = 'topic' order by private`, postgres)
    ).toEqual(['eventfalse', 'eventtrue']);
  });
});

describe('migrations are refused, as on the hosted platform,', () => {
  test.each([
    'create table realtime.mine (id int)',
    `create function realtime.mine() returns int language sql as 'select 1'`,
    'create index on realtime.messages (event)',
    'create trigger mine before insert on realtime.messages for each row execute function public.mine()',
    'alter table realtime.messages add column mine int',
    'alter table realtime.messages disable row level security',
    'alter table realtime.messages rename to mine',
    'alter function realtime.topic() owner to postgres',
    'create or replace function realtime.topic() returns text language sql stable as $$ select null::text $$',
    'drop function realtime.send(jsonb, text, text, boolean)',
    'drop table realtime.messages',
    'drop schema realtime cascade'
  ])('%s', async (statement) => {
    await postgres.query(`create or replace function public.mine() returns trigger language plpgsql as 'begin return new; end'`);
    await expect(postgres.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  test('but not to change what is theirs', async () => {
    await postgres.query(`
      create table public.theirs (id int primary key);
      create policy theirs on realtime.messages for select to authenticated using (exists (select from public.theirs));
      alter policy theirs on realtime.messages rename to still_theirs;
      drop table public.theirs cascade;
      drop function public.mine()`);
    expect(await column(`select count(*)::int from pg_policies where policyname = 'still_theirs'`)).toEqual([0]);
  });
});

describe('partitions', () => {
  const names = () =>
    column(
      `select relname from pg_inherits join pg_class c on c.oid = inhrelid where inhparent = 'realtime.messages'::regclass order by 1`
    );
  const day = (offset: number) =>
    `messages_${new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '_')}`;

  test('are one a day, from yesterday to three days ahead; 72 hours are kept', async () => {
    expect(await names()).toEqual([-1, 0, 1, 2, 3].map(day));
    await admin.query('set role supabase_realtime_admin');
    for (const offset of [-3, -4]) {
      const [from, to] = [day(offset), day(offset + 1)].map((name) => name.slice('messages_'.length).replaceAll('_', '-'));
      await admin.query(
        `create table realtime.${day(offset)} partition of realtime.messages for values from ('${from}') to ('${to}')`
      );
    }
    await admin.query('reset role');
    await admin.query('select realtime.keep_message_partitions()');
    expect(await names()).toEqual([-3, -1, 0, 1, 2, 3].map(day));
  });

  test("are of the sender's moment in UTC, whatever the sender's time zone", async () => {
    await postgres.query(`set timezone = 'Pacific/Auckland'`);
    await postgres.query(`select realtime.send('{}', 'event', 'auckland')`);
    await postgres.query('reset timezone');
    expect(
      await column(
        `select abs(extract(epoch from inserted_at - now() at time zone 'utc')) < 60 from realtime.messages where topic = 'auckland'`
      )
    ).toEqual([true]);
  });
});

describe('authorize', () => {
  const ask = (read: string[], write: string[], topic = 'user:1', role = 'authenticated') =>
    admin
      .query<{ read_allowed: boolean[]; write_allowed: boolean[] }>(
        `select * from realtime.authorize($4, $1, '{"sub": "1", "role": "authenticated"}', '1', '{"x-a": "b"}', $2, $3)`,
        [topic, read, write, role]
      )
      .then(({ rows }) => rows[0]);

  test('answers for each extension, leaves nothing behind and goes on as who called', async () => {
    await postgres.query(
      `create policy read_broadcast on realtime.messages for select to authenticated
         using (extension = 'broadcast' and realtime.topic() = 'user:' || (current_setting('request.jwt.claims')::json ->> 'sub'));
       create policy write_presence on realtime.messages for insert to authenticated
         with check (extension <> 'broadcast' and current_setting('request.headers')::json ->> 'x-a' = 'b')`
    );
    const before = await column('select count(*) from realtime.messages');
    const all = ['presence', 'broadcast', 'persistence'];
    expect(await ask(all, all)).toEqual({ read_allowed: [false, true, false], write_allowed: [true, false, true] });
    expect(await ask(all, [], 'user:2')).toEqual({ read_allowed: [false, false, false], write_allowed: [] });
    expect(await ask([], all, 'user:2', 'anon')).toEqual({ read_allowed: [], write_allowed: [false, false, false] });
    expect(await ask(['broadcast'], ['broadcast'], 'user:2', 'service_role')).toEqual({
      read_allowed: [true],
      write_allowed: [true]
    });
    expect(await column('select count(*) from realtime.messages')).toEqual(before);
    expect(await column(`select current_user || coalesce(nullif(current_setting('realtime.topic', true), ''), '')`)).toEqual([
      'supabase_admin'
    ]);
  });
});
