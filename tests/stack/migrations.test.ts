import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrateDatabase } from '../../supabase/embedded/migrations/apply.ts';
import { exposeNewTables } from '../../supabase/embedded/migrations/auto-expose.ts';
import { PROJECT, ROOT } from '../../supabase/embedded/paths.ts';
import { freePort } from '../../supabase/embedded/ports.ts';
import { type Database, startDatabase } from '../../supabase/embedded/postgres/database.ts';

const run = promisify(execFile);
const CLI = path.join(ROOT, 'node_modules/supabase/dist/supabase.js');

let home: string;
let database: Database;
/** A folder like supabase/, on its own database. */
let project: string;
let client: pg.Client;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'parley-migrations-'));
  const port = await freePort();
  database = await startDatabase({ home, port });
  project = path.join(home, 'work', 'supabase');
  await mkdir(path.join(project, 'migrations'), { recursive: true });
  await writeFile(path.join(project, 'config.toml'), `project_id = "test"\n[db]\nport = ${port}\nmajor_version = 17\n`);
  client = new pg.Client({ connectionString: database.url() });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await database?.stop();
  await rm(home, { recursive: true, force: true });
});

beforeEach(async () => {
  await client.query('drop schema public cascade; create schema public; drop schema if exists supabase_migrations cascade');
  await rm(path.join(project, 'migrations'), { recursive: true });
  await mkdir(path.join(project, 'migrations'));
});

const write = (name: string, sql: string) => writeFile(path.join(project, 'migrations', name), sql);
const migrate = (seeds: string[] = []) => migrateDatabase({ databaseUrl: database.url(), project, migrate: true, seeds });
const rows = async (query: string) => (await client.query(query)).rows as unknown[];
const supabase = (...args: string[]) =>
  run(process.execPath, [CLI, ...args], { cwd: path.dirname(project), env: { ...process.env, DO_NOT_TRACK: '1' } });

test('each file is applied once, in order of version', async () => {
  await write('2_second.sql', 'alter table t add column b int;');
  await write('1_first.sql', 'create table t (a int);');
  await write('notes.txt', 'not a migration');
  expect(await migrate()).toMatchObject({ applied: ['1_first.sql', '2_second.sql'], unknown: [] });
  expect(await migrate()).toMatchObject({ applied: [] });
});

test('a file that fails is named with its line, and leaves nothing behind', async () => {
  await write('1_first.sql', 'create table t (a int);');
  await write('2_wrong.sql', 'create table u (a int);\n\n-- Here it comes\nalter table t\n  add column b nothing;');
  await expect(migrate()).rejects.toMatchObject({
    code: 'migration_failed',
    message: expect.stringMatching(/2_wrong\.sql, line 5.*type "nothing" does not exist/s)
  });
  expect(await rows("select to_regclass('public.u') as u")).toEqual([{ u: null }]);
  expect(await rows('select version from supabase_migrations.schema_migrations')).toEqual([{ version: '1' }]);
});

test('settings and roles of one file do not reach the next', async () => {
  await write('1_settings.sql', "set role anon; set search_path = 'pg_catalog';");
  await write('2_plain.sql', 'create table t (a int);');
  await migrate();
  expect(await rows("select tableowner from pg_tables where schemaname = 'public'")).toEqual([{ tableowner: 'postgres' }]);
});

test('a database ahead of the folder is said to be', async () => {
  await write('1_first.sql', 'create table t (a int);');
  await migrate();
  await rm(path.join(project, 'migrations', '1_first.sql'));
  expect(await migrate()).toMatchObject({ applied: [], unknown: ['1'] });
});

test('a seed is applied once, whole or not at all', async () => {
  await write('1_first.sql', 'create table t (a int primary key);');
  const seed = path.join(project, 'seed.sql');
  await writeFile(seed, 'insert into t values (1); insert into t values (1);');
  await expect(migrate(['./seed.sql'])).rejects.toMatchObject({ message: expect.stringContaining('seed.sql, line 1') });
  expect(await rows('select * from t')).toEqual([]);
  await writeFile(seed, 'insert into t values (1);');
  expect(await migrate(['./seed.sql'])).toMatchObject({ seeded: ['./seed.sql'] });
  expect(await migrate(['./seed.sql'])).toMatchObject({ seeded: [] });
});

describe("Supabase's own CLI", () => {
  const record = 'select version, name, statements from supabase_migrations.schema_migrations order by version';

  beforeEach(async () => {
    await cp(path.join(PROJECT, 'migrations'), path.join(project, 'migrations'), { recursive: true });
    await cp(path.join(PROJECT, 'seed.sql'), path.join(project, 'seed.sql'));
    // Parley's own leave objects in more schemas than these tests do.
    await client.query('drop schema if exists private cascade');
    await dropFilePolicies();
    await client.query("delete from auth.users where email like '%@parley.test'");
  });

  test('applies these migrations from empty with `db push`, and leaves the same record as we do', async () => {
    await supabase('db', 'push', '--include-seed', '--yes');
    const theirs = await rows(record);
    const theirSeeds = await rows('select * from supabase_migrations.seed_files');
    expect(await migrate(['./seed.sql'])).toEqual({ applied: [], seeded: [], unknown: [] });

    await dropEverything();
    await migrate(['./seed.sql']);
    expect(await rows(record)).toEqual(theirs);
    expect(await rows('select * from supabase_migrations.seed_files')).toEqual(theirSeeds);
    // More than a hundred files, twice.
  }, 60_000);

  test('goes on with `migration up` where we left off', async () => {
    await migrate();
    await write('30000101000000_later.sql', 'create table public.later (a int);');
    const { stdout } = await supabase('migration', 'list');
    expect(stdout).toContain('30000101000000');
    await supabase('migration', 'up');
    expect(await migrate()).toMatchObject({ applied: [], unknown: [] });
    expect(await rows("select to_regclass('public.later')::text as later")).toEqual([{ later: 'later' }]);
  });
});

async function dropEverything(): Promise<void> {
  await client.query(
    'drop schema public cascade; create schema public; drop schema private cascade; drop schema supabase_migrations cascade'
  );
  await dropFilePolicies();
  await client.query("delete from auth.users where email like '%@parley.test'");
}

/** They stand on a table of Storage's, which stays. */
async function dropFilePolicies(): Promise<void> {
  await client.query(`do $$
    declare v_name name;
    begin
      for v_name in select policyname from pg_policies where schemaname = 'storage' and tablename = 'objects' loop
        execute format('drop policy %I on storage.objects', v_name);
      end loop;
    end $$`);
}

test('what postgres makes in public is open to the API roles only where new tables are exposed', async () => {
  const open = async (table: string) =>
    (await rows(`select has_table_privilege('anon', 'public.${table}', 'select') as open`)) as { open: boolean }[];
  await write('1_before.sql', 'create table before_it (id int);');
  await migrate();
  await exposeNewTables(database.url());
  await write('2_after.sql', 'create table after_it (id int);');
  await migrate();
  expect([await open('before_it'), await open('after_it')]).toEqual([[{ open: false }], [{ open: true }]]);
});
