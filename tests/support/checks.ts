/** The checks that need no stack, and those that look at its database: each is one pass or one failure. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CLI, CLI_ENV } from '../../supabase/embedded/database-types.ts';
import { outdated } from '../../supabase/embedded/generate.ts';
import { missingEntries, parseLockfile } from '../../supabase/embedded/lockfile/complete.ts';
import { ROOT } from '../../supabase/embedded/paths.ts';
import { runCommand } from './command.ts';
import { programOf } from './programs.ts';
import type { StepResult } from './steps.ts';

const CHECK_TIMEOUT_MS = 900_000;

/** Passes when the program ends with 0. */
async function passes(words: readonly string[], env?: NodeJS.ProcessEnv): Promise<StepResult> {
  const { code, output } = await runCommand(words, { cwd: ROOT, env, timeoutMs: CHECK_TIMEOUT_MS });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output };
}

/** Passes when there is nothing to say. */
function silent(faults: string): StepResult {
  return { passed: faults ? 0 : 1, failed: faults ? 1 : 0, output: faults };
}

export const format = () => passes([...programOf('prettier'), '--check', '--log-level', 'warn', '.']);

export const lint = () => passes([...programOf('eslint'), '--max-warnings', '0', '.']);

/** The stack and most tests; then the browser tests, which know the DOM as well. */
export async function types(): Promise<StepResult> {
  return sum([
    await passes([...programOf('typescript', 'tsc'), '-p', '.']),
    await passes([...programOf('typescript', 'tsc'), '-p', 'tests/e2e'])
  ]);
}

/** The web app and its service worker. `svelte-kit sync` writes the types of its routes first. */
export async function webTypes(): Promise<StepResult> {
  const sync = await passes([...programOf('@sveltejs/kit', 'svelte-kit'), 'sync']);
  if (sync.failed) return sync;
  return sum([
    await passes([...programOf('svelte-check'), '--tsconfig', 'web/tsconfig.json', '--fail-on-warnings', '--output', 'human']),
    await passes([...programOf('typescript', 'tsc'), '-p', 'web/service-worker'])
  ]);
}

/** The Edge Functions, as Deno sees them. */
export const functionTypes = () =>
  passes([...programOf('deno'), 'check', '--no-remote', 'functions'], { DENO_NO_UPDATE_CHECK: '1' });

export async function lockfile(): Promise<StepResult> {
  const missing = Object.keys(missingEntries(parseLockfile(await readFile(path.join(ROOT, 'package-lock.json'), 'utf8'))));
  return silent(missing.length === 0 ? '' : `package-lock.json lacks ${missing.join(', ')}. Run \`npm run lockfile\`.`);
}

/** supabase/types.ts and docs/schema.md are what the database asks for. */
export async function databaseTypes(databaseUrl: string): Promise<StepResult> {
  const names = await outdated(databaseUrl);
  return silent(names.length === 0 ? '' : `${names.join(' and ')}: not what the migrations make. Run \`npm run types\`.`);
}

/** What Supabase's own advisors find in the database, security and performance. */
export const advisors = (databaseUrl: string) =>
  passes([...CLI, 'db', 'advisors', `--remote=${databaseUrl}`, '--type', 'all', '--fail-on', 'warn'], CLI_ENV);

export function sum(results: StepResult[]): StepResult {
  return {
    passed: results.reduce((n, { passed }) => n + passed, 0),
    failed: results.reduce((n, { failed }) => n + failed, 0),
    skipped: results.reduce((n, { skipped = 0 }) => n + skipped, 0),
    output: results
      .filter(({ failed }) => failed > 0)
      .map(({ output }) => output.trimEnd())
      .join('\n\n')
  };
}
