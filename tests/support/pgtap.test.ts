import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, startDatabase } from '../../supabase/embedded/postgres/database.ts';
import { runPgTap } from './pgtap.ts';
import { freePorts } from './ports.ts';

let home: string;
let database: Database;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'parley-pgtap-'));
  database = await startDatabase({ home, port: (await freePorts(1))[0]! });
});
afterAll(async () => {
  await database.stop();
  await rm(home, { recursive: true, force: true });
});

const SETUP = 'create extension if not exists pgtap with schema extensions;';

async function run(files: Record<string, string>, only?: string[]) {
  const directory = await mkdtemp(path.join(home, 'files-'));
  for (const [name, sql] of Object.entries({ '000-setup.sql': `${SETUP} select plan(1); select pass();`, ...files })) {
    await writeFile(path.join(directory, name), sql);
  }
  const results = await runPgTap({ databaseUrl: database.url(), directory, only });
  return results.filter(({ file }) => file !== '000-setup.sql');
}

const play = (body: string, assertions = 1) => `begin; select plan(${assertions}); ${body} select * from finish(); rollback;`;

test('files run in the order of their names, and leave nothing behind', async () => {
  const table = 'create table public.made_by_a_test (n int);';
  const results = await run({
    '020-second.sql': play(`${table} select has_table('made_by_a_test');`),
    '010-first.sql': play(`${table} select has_table('made_by_a_test');`)
  });
  expect(results).toEqual([
    { file: '010-first.sql', passed: 1, failed: 0, problems: [] },
    { file: '020-second.sql', passed: 1, failed: 0, problems: [] }
  ]);
});

test('an assertion that fails is reported with its number, and the next file runs', async () => {
  const results = await run({
    '010-bad.sql': play(`select pass('fine'); select is(1, 2, 'one is two');`, 2),
    '020-good.sql': play('select pass();')
  });
  expect(results[0]).toMatchObject({ passed: 1, failed: 1 });
  expect(results[0]!.problems[0]).toMatch(/^not ok 2 - one is two\n(.*\n)*#\s+have: 1\n#\s+want: 2/);
  expect(results[1]).toMatchObject({ passed: 1, failed: 0 });
});

test('a statement that fails ends its file, with the line', async () => {
  const [result] = await run({
    '010-stops.sql': `begin;\nselect plan(2);\nselect pass();\nselect * from nowhere;\nselect pass();\nrollback;`
  });
  expect(result).toMatchObject({ passed: 1, failed: 1 });
  expect(result!.problems[0]).toContain('line 4: 42P01');
});

test('of many files, those are run that are asked for', async () => {
  const results = await run({ '010-one.sql': play('select pass();'), '020-two.sql': play('select pass();') }, ['two']);
  expect(results.map(({ file }) => file)).toEqual(['020-two.sql']);
});
