/**
 * `npm run bench -- lighthouse`: what Lighthouse says of the start page, the sign-in page and the conversation list of who is signed in,
 * as on a phone of the middle class with a slow network, which it simulates. Lighthouse is no dependency: npx fetches it.
 *   --least N (0)   ends with 1 when one of the four scores of a page is lower
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { z } from 'zod';
import { freePort } from '../../supabase/embedded/ports.ts';
import { ensureBrowser } from '../support/browser.ts';
import { runCommand } from '../support/command.ts';
import { startTestStack } from '../support/test-stack.ts';

const LIGHTHOUSE = 'lighthouse@13.5.0';
const LIMIT_MS = 180_000;
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const;

const { values } = parseArgs({ options: { least: { type: 'string', default: '0' } } });

const reportSchema = z.object({
  categories: z.record(
    z.string(),
    z.object({ score: z.number().nullable(), auditRefs: z.array(z.object({ id: z.string(), weight: z.number() })) })
  ),
  audits: z.record(z.string(), z.object({ title: z.string(), score: z.number().nullable(), displayValue: z.string().optional() }))
});
type Report = z.infer<typeof reportSchema>;

const folder = await mkdtemp(path.join(tmpdir(), 'parley-lighthouse-'));
const stack = await startTestStack({ web: 'built', seed: true, log: (line) => console.log(line) });
const port = await freePort();
const browser = await chromium.launchPersistentContext(path.join(folder, 'profile'), {
  executablePath: ensureBrowser(console.log),
  args: ['--no-sandbox', `--remote-debugging-port=${port}`]
});

async function audit(address: string): Promise<Report> {
  const file = path.join(folder, 'report.json');
  const options = ['--output=json', `--output-path=${file}`, `--port=${port}`, '--disable-storage-reset', '--quiet'];
  const command = ['npx', '--yes', LIGHTHOUSE, address, ...options, `--only-categories=${CATEGORIES.join(',')}`];
  const { code, output } = await runCommand(command, { cwd: folder, timeoutMs: LIMIT_MS });
  if (code !== 0) throw new Error(`Lighthouse ended with ${code}.\n${output}`);
  return reportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}

/** Says the scores, and what took points. Returns the lowest. */
function tell(name: string, { categories, audits }: Report): number {
  const scores = CATEGORIES.map((category) => Math.round((categories[category]?.score ?? 0) * 100));
  console.log(`${name}: ${CATEGORIES.map((category, n) => `${category} ${scores[n]}`).join(', ')}`);
  const weighed = CATEGORIES.flatMap((category) => categories[category]?.auditRefs ?? []).filter(({ weight }) => weight > 0);
  for (const { id } of weighed) {
    const { title, score, displayValue = '' } = audits[id]!;
    if (score !== null && score < 0.9) console.log(`    ${title} ${displayValue}`);
  }
  return Math.min(...scores);
}

const lowest: number[] = [];
try {
  lowest.push(tell('start page', await audit(stack.webUrl)));
  lowest.push(tell('sign-in', await audit(`${stack.webUrl}/sign-in`)));

  const page = await browser.newPage();
  await page.goto(`${stack.webUrl}/sign-in`);
  await page.getByLabel('E-mail').fill('alice@parley.test');
  await page.getByLabel('Password').fill('parley-demo');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByTestId('conversations').waitFor();
  await page.close();
  lowest.push(tell('conversations', await audit(`${stack.webUrl}/chats`)));
} finally {
  await browser.close();
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
}
if (Math.min(...lowest) < Number(values.least)) process.exitCode = 1;
