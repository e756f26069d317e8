/** The suite for browsers, in one of the Chromium family. */
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ROOT } from '../../../supabase/embedded/paths.ts';
import { findBrowser } from '../../support/browser.ts';
import { runCommand } from '../../support/command.ts';
import { programOf } from '../../support/programs.ts';
import { type Suite, type TestResult, TIMEOUT_MS } from './suite.ts';

/** The page names it. */
const PORT = 8_004;

const specSchema = z.object({
  title: z.string(),
  ok: z.boolean(),
  tests: z.array(z.object({ results: z.array(z.object({ error: z.object({ message: z.string().optional() }).optional() })) }))
});
type SuiteReport = { title: string; specs?: z.infer<typeof specSchema>[] | undefined; suites?: SuiteReport[] | undefined };
const suiteSchema: z.ZodType<SuiteReport> = z.lazy(() =>
  z.object({ title: z.string(), specs: z.array(specSchema).optional(), suites: z.array(suiteSchema).optional() })
);

export const browser: Suite = {
  name: 'browser',
  async run({ directory, home }) {
    const executablePath = findBrowser();
    if (!executablePath) return 'no browser of the Chromium family was found';
    // Beside this repository's Playwright: that of the checkout is installed in no workspace.
    const folder = path.join(home, 'browser');
    await cp(path.join(directory, 'test/integration/node-browser'), folder, { recursive: true });
    await cp(path.join(directory, 'dist/umd/supabase.js'), path.join(folder, 'supabase.js'));
    await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
    await writeFile(path.join(folder, 'serve.mjs'), SERVE);
    const config = {
      testDir: folder,
      timeout: 20_000,
      workers: 1,
      use: { baseURL: `http://localhost:${PORT}`, launchOptions: { executablePath, args: ['--no-sandbox'] } },
      webServer: { command: `${JSON.stringify(process.execPath)} serve.mjs`, cwd: folder, url: `http://localhost:${PORT}` }
    };
    await writeFile(path.join(folder, 'run.config.mjs'), `export default ${JSON.stringify(config)};`);
    const report = path.join(home, 'browser.json');
    const { output } = await runCommand(
      [...programOf('@playwright/test', 'playwright'), 'test', '-c', 'run.config.mjs', '--reporter=json'],
      {
        cwd: folder,
        env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report, NO_COLOR: '1', FORCE_COLOR: undefined },
        timeoutMs: TIMEOUT_MS
      }
    );
    const text = await readFile(report, 'utf8').catch(() => undefined);
    if (text === undefined) return `Playwright left no report: ${output.slice(-2_000)}`;
    const results = z
      .object({ suites: z.array(suiteSchema) })
      .parse(JSON.parse(text))
      .suites.flatMap((suite) => resultsOf(suite, ''));
    return results.length === 0 ? `no test was found: ${output.slice(-2_000)}` : results;
  }
};

function resultsOf({ title, specs = [], suites = [] }: SuiteReport, before: string): TestResult[] {
  const name = `${before}${title} › `;
  return [
    ...specs.map((spec): TestResult => ({
      name: name + spec.title,
      outcome: spec.ok ? 'passed' : 'failed',
      reason: spec.tests.flatMap(({ results }) => results.map(({ error }) => error?.message ?? '')).join('\n')
    })),
    ...suites.flatMap((suite) => resultsOf(suite, name))
  ];
}

/** In the place of the package `serve`, which the suite's own configuration starts. */
const SERVE = `
  import { readFile } from 'node:fs/promises';
  import { createServer } from 'node:http';
  createServer(async ({ url }, response) => {
    const script = url.endsWith('supabase.js');
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    response.end(await readFile(script ? 'supabase.js' : 'index.html'));
  }).listen(${PORT}, 'localhost');`;
