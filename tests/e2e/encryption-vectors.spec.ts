import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { expect, test } from './support/people.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test('the encryption does the same in a browser as elsewhere', async ({ page }) => {
  const built = (await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, minify: false, lib: { entry: here('../e2ee/portable/in-browser.ts'), formats: ['es'] } }
  })) as Rolldown.RolldownOutput[];
  const [chunk] = built[0]!.output;
  // A secure origin of its own: WebCrypto is there, and no page's policy stands in the way of WebAssembly.
  await page.route('https://vectors.test/**', (route) => {
    const isScript = route.request().url().endsWith('.js');
    return route.fulfill({
      contentType: isScript ? 'text/javascript' : 'text/html',
      body: isScript ? chunk.code : '<!doctype html><script type="module" src="/cases.js"></script>'
    });
  });
  await page.goto('https://vectors.test/');
  await page.waitForFunction(() => 'failures' in window);
  const vectors: unknown = JSON.parse(await readFile(here('../e2ee/vectors.json'), 'utf8'));
  expect(
    await page.evaluate((given) => (window as unknown as { failures(v: unknown): Promise<string[]> }).failures(given), vectors)
  ).toEqual([]);
});
