/**
 * Makes the README's picture: Alice and Bob of the seed in two windows of a freshly seeded stack. `npm run pictures`.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from '@playwright/test';
import { ensureBrowser } from '../support/browser.ts';
import { startTestStack } from '../support/test-stack.ts';

const PASSWORD = 'parley-demo';
const WINDOW = { width: 640, height: 720 };
const PICTURE = fileURLToPath(new URL('chat.png', import.meta.url));

async function openConversation(browser: Browser, site: string, person: string, other: string): Promise<Page> {
  const context = await browser.newContext({ viewport: WINDOW, deviceScaleFactor: 2, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`${site}/sign-in`);
  await page.getByLabel('E-mail').fill(`${person}@parley.test`);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText(other).first().click();
  await page.getByText('online', { exact: true }).or(composer(page)).first().waitFor();
  return page;
}

const composer = (page: Page) => page.getByRole('textbox', { name: /message/i });

async function say(from: Page, to: Page, text: string): Promise<void> {
  await composer(from).fill(text);
  await composer(from).press('Enter');
  await to.getByText(text).last().waitFor();
}

/** The two windows side by side, on a plain ground. */
async function sideBySide(browser: Browser, files: Buffer[]): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1360, height: 800 }, deviceScaleFactor: 1.25 });
  const images = files.map((file) => `<img src="data:image/png;base64,${file.toString('base64')}">`).join('');
  await page.setContent(
    `<style>
      body { margin: 0; height: 800px; background: #dfe6ea; display: flex; gap: 32px; align-items: center; justify-content: center }
      img { width: 632px; border-radius: 14px; box-shadow: 0 10px 40px #0003 }
    </style>${images}`
  );
  await page.screenshot({ path: PICTURE });
}

const stack = await startTestStack({ web: 'built', seed: true, log: (line) => console.log(line) });
const browser = await chromium.launch({ executablePath: ensureBrowser(console.log), args: ['--no-sandbox'] });
try {
  const alice = await openConversation(browser, stack.webUrl, 'alice', 'Bob Lindqvist');
  const bob = await openConversation(browser, stack.webUrl, 'bob', 'Alice Moreau');
  await alice.getByText('online', { exact: true }).last().waitFor();
  await say(alice, bob, 'Carol knows. She says ten is even better.');
  await say(bob, alice, 'Great, then I will open the back door.');
  await composer(alice).pressSequentially('Perfect. I am', { delay: 60 });
  await bob
    .getByText(/is typing/)
    .last()
    .waitFor();
  await sideBySide(browser, [await alice.screenshot(), await bob.screenshot()]);
  console.log(`${PICTURE}: ${(await readFile(PICTURE)).length} bytes`);
} finally {
  await browser.close();
  await stack.stop();
}
