/** The suites that count their own tests: pgTAP, vitest, Playwright. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { ROOT } from '../../supabase/embedded/paths.ts';
import { ensureBrowser } from './browser.ts';
import { sum } from './checks.ts';
import { runCommand } from './command.ts';
import { runPgTap } from './pgtap.ts';
import { programOf } from './programs.ts';
import type { StepResult } from './steps.ts';

const SUITE_TIMEOUT_MS = 1_800_000;

export interface SuiteOptions {
  /** PARLEY_STACK: how to reach the stack. */
  addresses: string;
  /** Only the files whose name contains one of these. */
  filters: string[];
}

export async function database(databaseUrl: string, filters: string[]): Promise<StepResult> {
  const files = await runPgTap({ databaseUrl, directory: path.join(ROOT, 'tests/database'), only: filters });
  return sum(files.map(({ file, passed, failed, problems }) => ({ passed, failed, output: [file, ...problems].join('\n') })));
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  success: z.boolean()
});

export function vitest({ addresses, filters }: SuiteOptions): Promise<StepResult> {
  return counted(async (report) => {
    const words = [
      ...programOf('vitest'),
      'run',
      '-c',
      'tests/vitest.config.ts',
      ...filters,
      '--reporter=default',
      '--reporter=json'
    ];
    const { code, output } = await runCommand([...words, `--outputFile.json=${report}`], {
      cwd: ROOT,
      env: { PARLEY_STACK: addresses, NO_COLOR: '1' },
      timeoutMs: SUITE_TIMEOUT_MS
    });
    const counts = vitestReport.safeParse(await readJson(report)).data;
    return { code, output, passed: counts?.numPassedTests, failed: counts?.numFailedTests, skipped: counts?.numPendingTests };
  });
}

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() })
});

export function e2e({ addresses, filters }: SuiteOptions, say: (line: string) => void): Promise<StepResult> {
  const browser = ensureBrowser(say);
  return counted(async (report) => {
    const words = [...programOf('@playwright/test', 'playwright'), 'test', '-c', 'tests/e2e/playwright.config.ts', ...filters];
    const { code, output } = await runCommand([...words, '--reporter=list,json'], {
      cwd: ROOT,
      env: {
        PARLEY_STACK: addresses,
        CHROME_PATH: browser,
        PLAYWRIGHT_JSON_OUTPUT_FILE: report,
        NO_COLOR: '1',
        FORCE_COLOR: undefined
      },
      timeoutMs: SUITE_TIMEOUT_MS
    });
    const stats = playwrightReport.safeParse(await readJson(report)).data?.stats;
    // A test that passes only when tried again does not pass.
    return { code, output, passed: stats?.expected, failed: stats && stats.unexpected + stats.flaky, skipped: stats?.skipped };
  });
}

interface Outcome {
  code: number | null;
  output: string;
  passed: number | undefined;
  failed: number | undefined;
  skipped: number | undefined;
}

/** Runs a suite with a file for its report. One that fails without a failed test, or leaves no report, has failed once. */
async function counted(run: (report: string) => Promise<Outcome>): Promise<StepResult> {
  const directory = await mkdtemp(path.join(tmpdir(), 'parley-report-'));
  try {
    const { code, output, passed = 0, failed = 0, skipped } = await run(path.join(directory, 'report.json'));
    return { passed, failed: code === 0 ? failed : Math.max(failed, 1), skipped, output };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8').catch(() => 'null'));
}
