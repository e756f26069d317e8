/** supabase/types.ts: the types of the API, by `supabase gen types`. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { PROJECT, ROOT } from './paths.ts';

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
