/** The suite for Node, and the one for Bun: its test functions are jest's, so that it runs in Node as well. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { runCommand } from '../../support/command.ts';
import { type Suite, type TestResult, TIMEOUT_MS, type Where } from './suite.ts';

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish() })
      )
    })
  )
});

export const node: Suite = { name: 'node', run: (where) => jest(where, 'test/integration.test.ts', []) };

export const bun: Suite = {
  name: 'bun',
  async run(where) {
    const globals = path.join(where.home, 'bun-test.cjs');
    await writeFile(globals, 'module.exports = { describe, expect, test };');
    const config = {
      rootDir: where.directory,
      transform: { '\\.ts$': ['ts-jest', { diagnostics: false }] },
      moduleNameMapper: { '^bun:test$': globals, '^@supabase/supabase-js$': '<rootDir>/src/index' }
    };
    const file = path.join(where.home, 'jest.config.json');
    await writeFile(file, JSON.stringify(config));
    return jest(where, 'test/integration/bun/integration.test.ts', ['--config', file]);
  }
};

async function jest({ directory, home }: Where, file: string, options: readonly string[]): Promise<TestResult[] | string> {
  const report = path.join(home, 'jest.json');
  const program = path.join(directory, 'node_modules/jest/bin/jest.js');
  const words = [process.execPath, program, '--runInBand', '--forceExit', file, ...options];
  const { output } = await runCommand([...words, '--json', `--outputFile=${report}`], {
    cwd: directory,
    env: { NO_COLOR: '1' },
    timeoutMs: TIMEOUT_MS
  });
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (text === undefined) return `jest left no report: ${output.slice(-2_000)}`;
  return reportSchema.parse(JSON.parse(text)).testResults.flatMap(({ assertionResults, message }) =>
    assertionResults.length === 0
      ? [{ name: file, outcome: 'failed' as const, reason: message }]
      : assertionResults.map(({ fullName, status, failureMessages }) => ({
          name: fullName,
          outcome: status === 'passed' || status === 'failed' ? status : ('skipped' as const),
          reason: failureMessages?.join('\n')
        }))
  );
}
