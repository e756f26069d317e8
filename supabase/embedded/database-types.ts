/**
 * `npm run types` writes supabase/types.ts from the migrations, by `supabase gen types`; with `--check` it says whether the
 * file is what it would write.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { migrateDatabase } from './migrations/apply.ts';
import { PROJECT, ROOT } from './paths.ts';
import { freePort } from './ports.ts';
import { startDatabase } from './postgres/database.ts';

const FILE = path.join(PROJECT, 'types.ts');

const HEADER = '// Made from the database by `npm run types`. Not to be edited.\n\n';

/** The Supabase CLI, as words to run. */
export const CLI = [
  process.execPath,
  path.join(path.dirname(createRequire(import.meta.url).resolve('supabase/package.json')), 'dist/supabase.js')
];

/** No telemetry; and no attempt at TLS, which a database on this machine has not and about which the CLI would speak in its output. */
export const CLI_ENV = { DO_NOT_TRACK: '1', PGSSLMODE: 'disable' };

/** The text that supabase/types.ts should have for the database at this URL. */
export async function databaseTypes(databaseUrl: string): Promise<string> {
  const args = [...CLI.slice(1), 'gen', 'types', '--lang', 'typescript', `--remote=${databaseUrl}`];
  const { stdout } = await promisify(execFile)(CLI[0]!, args, {
    cwd: ROOT,
    env: { ...process.env, ...CLI_ENV },
    maxBuffer: 1 << 26
  });
  const options = await resolveConfig(FILE);
  return HEADER + (await format(stdout, { ...options, parser: 'typescript' }));
}

/** Whether supabase/types.ts is what the database at this URL asks for. */
export async function typesAreCurrent(databaseUrl: string): Promise<boolean> {
  return (await readFile(FILE, 'utf8').catch(() => '')) === (await databaseTypes(databaseUrl));
}

/** A database of its own, with nothing in it but what the migrations make. */
async function withMigratedDatabase<Result>(use: (url: string) => Promise<Result>): Promise<Result> {
  const home = await mkdtemp(path.join(tmpdir(), 'parley-types-'));
  const database = await startDatabase({ home, port: await freePort() });
  try {
    await migrateDatabase({ databaseUrl: database.url(), project: PROJECT, migrate: true, seeds: [] });
    return await use(database.url());
  } finally {
    await database.stop();
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  await withMigratedDatabase(async (url) => {
    if (!check) return writeFile(FILE, await databaseTypes(url));
    if (await typesAreCurrent(url)) return console.log('supabase/types.ts is current.');
    console.error('supabase/types.ts is not what the migrations make. Run `npm run types`.');
    process.exitCode = 1;
  });
}
