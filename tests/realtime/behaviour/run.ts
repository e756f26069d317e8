/**
 * `npm run test:realtime`: what of Realtime works as its unmodified client expects, feature by feature. Against an embedded
 * stack of its own, or any Supabase:
 *
 *   npm run test:realtime -- --url URL --key KEY [--secret KEY] [--db URL] [--jwt-secret SECRET]
 *     --url, --key       API URL and publishable (or anon) key
 *     --secret           secret (or service_role) key; accounts for the test are then made with it
 *     --db               database URL of the role postgres; the suite's tables and policies are then applied with it
 *     --jwt-secret       where tokens are signed with a shared secret: to try expired and forged ones
 *   npm run test:realtime -- --sql       prints the SQL that the Supabase needs first, when --db is not given
 *   npm run test:realtime -- NAME        only the cases whose feature or name contains this
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import pg from 'pg';
import pc from 'picocolors';
import { z } from 'zod';
import { ROOT } from '../../../supabase/embedded/paths.ts';
import { runCommand } from '../../support/command.ts';
import { programOf } from '../../support/programs.ts';
import { SETUP, type Target } from './target.ts';

const TIMEOUT_MS = 600_000;

const { values, positionals } = parseArgs({
  options: {
    url: { type: 'string' },
    key: { type: 'string' },
    secret: { type: 'string' },
    db: { type: 'string' },
    'jwt-secret': { type: 'string' },
    sql: { type: 'boolean' }
  },
  allowPositionals: true
});

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish()
        })
      )
    })
  )
});

if (values.sql) {
  console.log(await readFile(SETUP, 'utf8'));
  process.exit(0);
}
process.exit(await main());

async function main(): Promise<number> {
  const target = given();
  if (target?.db) await applySetup(target.db);
  else if (target)
    console.log(`The suite's tables and policies have to be there: psql "$DB_URL" -f ${path.relative('.', SETUP)}\n`);
  const directory = await mkdtemp(path.join(tmpdir(), 'parley-behaviour-'));
  try {
    const file = path.join(directory, 'report.json');
    const filter = positionals.flatMap((word) => ['-t', word]);
    const words = [...programOf('vitest'), 'run', '-c', 'tests/realtime/behaviour/vitest.config.ts', ...filter];
    const { output } = await runCommand([...words, '--reporter=json', `--outputFile=${file}`], {
      cwd: ROOT,
      env: { ...(target ? { REALTIME_TARGET: JSON.stringify(target) } : {}), NO_COLOR: '1' },
      timeoutMs: TIMEOUT_MS
    });
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) {
      console.error(output);
      return 1;
    }
    return print(reportSchema.parse(JSON.parse(text)));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function given(): Target | undefined {
  const { url, key, secret, db } = values;
  if (url === undefined && key === undefined) return undefined;
  if (url === undefined || key === undefined) throw new Error('--url and --key belong together');
  return { url, key, secret, db, jwtSecret: values['jwt-secret'] };
}

async function applySetup(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(await readFile(SETUP, 'utf8'));
  } finally {
    await client.end();
  }
}

/** Prints pass counts by feature, then what failed. Returns the exit code. */
function print({ testResults }: z.infer<typeof reportSchema>): number {
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const features = Map.groupBy(results, ({ ancestorTitles }) => ancestorTitles[0] ?? '');
  const width = Math.max(...[...features.keys()].map(({ length }) => length));
  for (const [name, cases] of features) {
    const passed = cases.filter(({ status }) => status === 'passed').length;
    const failed = cases.filter(({ status }) => status === 'failed').length;
    const left = cases.length - passed - failed;
    if (passed + failed === 0 && positionals.length > 0) continue;
    const mark = failed > 0 ? pc.red('✗') : pc.green('✓');
    console.log(`${mark} ${name.padEnd(width)}  ${passed} of ${passed + failed}${left > 0 ? `, ${left} not tried` : ''}`);
  }
  const failures = results.filter(({ status }) => status === 'failed');
  for (const { ancestorTitles, title, failureMessages } of failures) {
    const reason = stripVTControlCharacters((failureMessages ?? []).join('\n'))
      .split('\n')
      .slice(0, 12);
    console.log(`\n${pc.red('✗')} ${ancestorTitles.join(' ')}: ${title}\n    ${reason.join('\n    ')}`);
  }
  const broken = testResults.filter(({ message }) => message);
  for (const { message } of failures.length > 0 ? [] : broken) console.log(message);
  const passed = results.filter(({ status }) => status === 'passed').length;
  console.log(`\n${passed} of ${passed + failures.length} cases pass`);
  return failures.length + broken.length > 0 || passed === 0 ? 1 : 0;
}
