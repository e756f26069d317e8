/**
 * `npm run bench -- frames`: whether the app keeps up. Frame times of a conversation of 100,000 messages that is scrolled, and frame
 * times and interactions to next paint while messages come in, half of them into the conversation on screen, half into others of the
 * list. Beside them the frames of the same page at rest, of the same run: what the machine allows.
 *   --messages N (100000)   --rate N (50 a second)   --seconds N (15)
 */
import { cpus, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import pg from 'pg';
import { Person } from '../../e2e/support/person.ts';
import { runningStack } from '../../e2e/support/stack.ts';
import { ensureBrowser } from '../../support/browser.ts';
import { addressesOf, startTestStack } from '../../support/test-stack.ts';
import { formatSpread, spread } from '../statistics.ts';
import { writeLongHistory } from './long-history.ts';
import { measure, type Measured } from './meter.ts';
import { streamMessages } from './stream.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '100000' },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '15' }
  }
});
const messages = Number(values.messages);
const milliseconds = Number(values.seconds) * 1000;
/** Others in the list. */
const PARTNERS = 20;

/** A frame that took this much longer than one of 60 a second has left one out. */
const LATE_MS = 25;

function tell(name: string, { frames, interactions }: Measured, rest: Measured): void {
  const late = frames.filter((ms) => ms > LATE_MS).length / frames.length;
  const ratio = spread(frames).p95 / spread(rest.frames).p95;
  console.log(`\n${name}`);
  console.log(
    `  frames        ${formatSpread(spread(frames))}; ${(late * 100).toFixed(1)} % late; p95 is ${ratio.toFixed(2)} × that at rest`
  );
  if (interactions.length === 0) return;
  const sorted = interactions.toSorted((a, b) => b - a);
  // As web-vitals has it: of each fifty, the worst one is left out.
  const inp = sorted[Math.floor(sorted.length / 50)]!;
  console.log(`  interactions  ${sorted.length}, ${formatSpread(spread(interactions))}; INP ${inp} ms`);
}

async function scroll(page: Page, byPx: number): Promise<void> {
  await page.getByTestId('messages').hover();
  const until = performance.now() + milliseconds;
  while (performance.now() < until) {
    await page.mouse.wheel(0, byPx);
    await delay(30);
  }
}

/** What people do meanwhile: write, filter the list, go to another conversation and back. */
async function use(page: Page, partner: string, group: string): Promise<void> {
  const until = performance.now() + milliseconds;
  const composer = page.getByRole('textbox', { name: 'Message', exact: true });
  const list = page.getByTestId('conversations');
  while (performance.now() < until) {
    await composer.click();
    await page.keyboard.type('While all of them talk, I write.', { delay: 40 });
    await page.keyboard.press('Enter');
    for (const filter of ['Unread', 'All']) await page.locator('label').filter({ hasText: filter }).first().click();
    await list.getByRole('link').filter({ hasText: partner }).first().click();
    await page.getByRole('heading', { level: 2, name: partner }).waitFor();
    await list.getByRole('link').filter({ hasText: group }).first().click();
    await page.getByRole('heading', { level: 2, name: group }).waitFor();
  }
}

const started = process.env.PARLEY_STACK ? null : await startTestStack({ web: 'built', log: (line) => console.log(line) });
const stack = runningStack(started ? { PARLEY_STACK: addressesOf(started) } : process.env);
const database = new pg.Client({ connectionString: stack.dbUrl });
const browser = await chromium.launch({ executablePath: ensureBrowser(console.log), args: ['--no-sandbox'] });
try {
  await database.connect();
  const options = { viewport: { width: 1280, height: 800 }, serviceWorkers: 'block' } as const;
  const alice = await Person.arrive(browser, stack, 'Alice Okafor', options);
  const others = await Promise.all(Array.from({ length: PARTNERS }, (_, n) => Person.arrive(browser, stack, `Partner ${n}`)));
  const pairs = await Promise.all(
    others.map(async (other) => ({ userId: other.id, conversationId: await alice.directWith(other) }))
  );
  const group = await alice.groupWith('Town square', ...others.slice(0, 10));
  const inGroup = pairs.slice(0, 10).map(({ userId }) => ({ userId, conversationId: group }));
  await writeLongHistory(database, group, messages);

  const load = () => `load ${loadavg()[0]!.toFixed(2)} on ${cpus().length} cores (${cpus()[0]?.model.trim()})`;
  console.log(`\n${load()}; Chromium ${browser.version()} without a window, in which only the processor draws`);
  const { page } = alice;
  await alice.visit(`/chats/${group}`);
  await alice.message(`line ${messages}`).waitFor();
  await delay(3000);

  const rest = await measure(page, () => delay(5000));
  tell('At rest', rest, rest);
  tell(`Scrolled up from the end of ${messages} messages, pages coming in`, await measure(page, () => scroll(page, -150)), rest);
  tell('Scrolled down again', await measure(page, () => scroll(page, 150)), rest);
  await alice.visit(`/chats/${group}?at=${Math.round(messages / 2)}`);
  await page.locator('[data-marked]').waitFor();
  await delay(2000);
  tell('Scrolled up from the middle', await measure(page, () => scroll(page, -150)), rest);

  await alice.visit(`/chats/${group}`);
  await alice.message(`line ${messages}`).waitFor();
  await delay(2000);
  const partner = others[0]!.credentials.name;
  tell('Used, nothing coming in', await measure(page, () => use(page, partner, 'Town square')), rest);
  const voices = pairs.flatMap((pair, n) => [pair, inGroup[n % inGroup.length]!]);
  const stop = streamMessages(database, voices, Number(values.rate));
  try {
    tell('Looked at, messages coming in', await measure(page, () => delay(milliseconds)), rest);
    tell('Used, messages coming in', await measure(page, () => use(page, partner, 'Town square')), rest);
  } finally {
    console.log(`\n${(await stop()).toFixed(1)} messages a second came in`);
  }
  console.log(`\n${load()} at the end`);
} finally {
  await database.end();
  await browser.close();
  await started?.stop();
}
