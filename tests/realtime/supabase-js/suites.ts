/** The suites of supabase-js that need a running Supabase, each with the program that its own scripts run it with. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { runCommand } from '../../support/command.ts';

export interface TestResult {
  name: string;
  outcome: 'passed' | 'failed' | 'skipped';
  reason?: string;
}

export interface Suite {
  name: string;
  /** Its results, or why it cannot be run here. `directory` is the package's, `home` one for files. */
  run(where: { directory: string; home: string }): Promise<TestResult[] | string>;
}

const TIMEOUT_MS = 300_000;

const jestReport = z.object({
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish() })
      )
    })
  )
});

const jest: Suite = {
  name: 'node',
  async run({ directory, home }) {
    const report = path.join(home, 'jest.json');
    const program = path.join(directory, 'node_modules/jest/bin/jest.js');
    const words = [process.execPath, program, '--runInBand', '--forceExit', 'test/integration.test.ts'];
    const { output } = await runCommand([...words, '--json', `--outputFile=${report}`], {
      cwd: directory,
      env: { NO_COLOR: '1' },
      timeoutMs: TIMEOUT_MS
    });
    const text = await readFile(report, 'utf8').catch(() => undefined);
    if (text === undefined) return `jest left no report: ${output.slice(-2_000)}`;
    return jestReport.parse(JSON.parse(text)).testResults.flatMap(({ assertionResults, message }) =>
      assertionResults.length === 0
        ? [{ name: 'the file', outcome: 'failed' as const, reason: message }]
        : assertionResults.map(({ fullName, status, failureMessages }) => ({
            name: fullName,
            outcome: status === 'passed' || status === 'failed' ? status : ('skipped' as const),
            reason: failureMessages?.join('\n')
          }))
    );
  }
};

export const SUITES: readonly Suite[] = [jest];
