/** The suites for Deno, with the package as it was built, and without what they would fetch from deno.land. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from '../../support/command.ts';
import { programOf } from '../../support/programs.ts';
import { type Suite, type TestResult, TIMEOUT_MS, type Where } from './suite.ts';

const ASSERT = `
  export { deepStrictEqual as assertEquals } from 'node:assert';
  export function assertExists(value) { if (value === undefined || value === null) throw new Error('It does not exist'); }`;

/** The packages as modules. */
const BUILT = {
  'supabase-js': 'index.mjs',
  'auth-js': 'module/index.js',
  'functions-js': 'module/index.js',
  'postgrest-js': 'index.mjs',
  'realtime-js': 'module/index.js',
  'storage-js': 'index.mjs'
};

function built(directory: string, name: string, file: string): string {
  return pathToFileURL(path.join(directory, '..', name, 'dist', file)).href;
}

export const deno: Suite = { name: 'deno', run: (where) => run(where, ['integration.test.ts']) };

export const functions: Suite = {
  name: 'functions',
  run: (where) =>
    run(
      where,
      ['edge-functions-integration', 'cors-validation', 'cors-http-methods', 'cors-errors'].map((name) => `${name}.test.ts`)
    )
};

async function run({ directory, home }: Where, files: readonly string[]): Promise<TestResult[] | string> {
  const map = path.join(home, 'import-map.json');
  const report = path.join(home, 'deno.xml');
  const imports = {
    ...Object.fromEntries(Object.entries(BUILT).map(([name, file]) => [`@supabase/${name}`, built(directory, name, file)])),
    'https://deno.land/std@0.220.1/assert/mod.ts': `data:text/javascript,${encodeURIComponent(ASSERT)}`
  };
  await writeFile(map, JSON.stringify({ imports }));
  const words = [
    ...programOf('deno'),
    'test',
    '--allow-all',
    '--no-check',
    '--unstable-sloppy-imports',
    '--unstable-detect-cjs',
    '--node-modules-dir=manual',
    `--import-map=${map}`
  ];
  const { output } = await runCommand([...words, `--junit-path=${report}`, ...files.map((file) => `test/deno/${file}`)], {
    cwd: directory,
    env: { NO_COLOR: '1', DENO_DIR: path.join(home, 'deno') },
    timeoutMs: TIMEOUT_MS
  });
  const text = await readFile(report, 'utf8').catch(() => '');
  const results = resultsOf(text);
  return results.length === 0 ? `deno left no report: ${output.slice(-2_000)}` : results;
}

/** Of a JUnit report: the steps, and not the tests that are made of them. */
function resultsOf(xml: string): TestResult[] {
  const cases = [...xml.matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)];
  const results = cases.map(([, name = '', inner = '']): TestResult => {
    const failed = inner.includes('<failure');
    return {
      name: plain(name),
      outcome: failed ? 'failed' : inner.includes('<skipped') ? 'skipped' : 'passed',
      ...(failed ? { reason: plain(inner).trim() } : {})
    };
  });
  return results.filter(({ name }) => name.includes(' > '));
}

const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' };

function plain(text: string): string {
  return text.replaceAll(/&(?:lt|gt|quot|apos|amp);/g, (entity) => ENTITIES[entity]!);
}
