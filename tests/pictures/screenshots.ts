/**
 * Makes the README's pictures: people of the seed, on a freshly seeded stack. `npm run screenshots`. All are taken anew each time, and
 * kept as WebP, which is a quarter of what a PNG of the same size is.
 */
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from '@playwright/test';
import { ensureBrowser } from '../support/browser.ts';
import { startTestStack } from '../support/test-stack.ts';
import { type Mounting, savePicture } from './picture.ts';

const PASSWORD = 'parley-demo';
const MOST_BYTES = 250_000;

const WINDOW = { viewport: { width: 640, height: 720 } };
const DESKTOP = { viewport: { width: 1280, height: 800 } };

const stack = await startTestStack({ web: 'built', seed: true, log: (line) => console.log(line) });
const browser = await chromium.launch({ executablePath: ensureBrowser(console.log), args: ['--no-sandbox'] });

async function signIn(person: string, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({
    deviceScaleFactor: 2,
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options
  });
  const page = await context.newPage();
  await page.goto(`${stack.webUrl}/sign-in`);
  await page.getByLabel('E-mail').fill(`${person}@parley.test`);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByTestId('conversations').waitFor();
  return page;
}

const composer = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const openConversation = async (page: Page, title: string): Promise<void> => {
  await page.getByTestId('conversations').getByRole('link').filter({ hasText: title }).first().click();
  await composer(page).waitFor();
};

async function say(from: Page, to: Page, text: string): Promise<void> {
  await composer(from).fill(text);
  await composer(from).press('Enter');
  await to.getByText(text).last().waitFor();
}

/** The place at an address, once nothing on it is loading any more. */
async function visit(page: Page, path: string): Promise<Buffer> {
  await page.goto(stack.webUrl + path);
  await page.locator('#main').getByRole('heading').first().waitFor();
  await page.waitForFunction(() => document.querySelector('#main .animate-pulse, #main [aria-busy="true"]') === null);
  return page.screenshot({ animations: 'disabled' });
}

async function make(name: string, mounting: Mounting, shots: readonly Buffer[]): Promise<void> {
  const file = fileURLToPath(new URL(`${name}.webp`, import.meta.url));
  await savePicture(browser, file, mounting, shots);
  const { size } = await stat(file);
  console.log(`${file}: ${size} bytes`);
  if (size > MOST_BYTES) throw new Error(`${name} is too large for a README.`);
}

/** Alice and Bob in two windows, while she writes. */
async function chat(browser: Browser): Promise<void> {
  const [alice, bob] = [await signIn('alice', WINDOW), await signIn('bob', WINDOW)];
  await openConversation(alice, 'Bob Lindqvist');
  await openConversation(bob, 'Alice Moreau');
  await alice.getByText('online', { exact: true }).last().waitFor();
  await say(alice, bob, 'Carol knows. She says ten is even better.');
  await say(bob, alice, 'Great, then I will open the back door.');
  await composer(alice).pressSequentially('Perfect. I am', { delay: 60 });
  await bob
    .getByText(/is typing/)
    .last()
    .waitFor();
  await make('chat', { width: 1360, height: 800, each: 632 }, [await alice.screenshot(), await bob.screenshot()]);
  for (const context of browser.contexts()) await context.close();
}

/** A place of the app each, at a desk. */
async function places(): Promise<void> {
  const alice = await signIn('alice', DESKTOP);
  await make('settings', { width: 1360, height: 880, each: 1280 }, [await visit(alice, '/settings/notifications')]);
  await alice.context().close();

  const dan = await signIn('dan', { ...DESKTOP, colorScheme: 'dark' });
  await visit(dan, '/market');
  await dan
    .getByRole('link', { name: /espresso machine/ })
    .first()
    .click();
  await dan
    .getByRole('heading', { name: /espresso machine/ })
    .first()
    .waitFor();
  await make('market', { width: 1360, height: 880, each: 1280 }, [await dan.screenshot({ animations: 'disabled' })]);
  await dan.context().close();
}

try {
  await chat(browser);
  await places();
} finally {
  await browser.close();
  await stack.stop();
}
