import { expect, test } from './support/people.ts';

test.describe('a browser that asks for German', () => {
  test.use({ locale: 'de-AT', contextOptions: { locale: 'de-AT' } });

  test('gets the start page and the app in German, and English when that is chosen', async ({ page, stack, alice }) => {
    await page.goto(stack.webUrl);
    await expect(page.getByRole('heading', { level: 1, name: 'Einmal gesagt.' })).toBeVisible();
    expect(new URL(page.url()).pathname).toBe('/de');
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    await page.getByRole('link', { name: 'English' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Say it once.' })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: 'Say it once.' })).toBeVisible();

    await alice.visit('/settings/language');
    await alice.page.getByLabel('Sprache').selectOption('English');
    await expect(alice.page.getByRole('heading', { level: 2, name: 'Language' })).toBeVisible();
    await alice.page.reload();
    await expect(alice.page.getByRole('heading', { level: 2, name: 'Language' })).toBeVisible();
    await alice.page.getByLabel('Language').selectOption('As in the browser');
    await expect(alice.page.getByRole('heading', { level: 2, name: 'Sprache' })).toBeVisible();
  });
});

test('the start page is written in the language of its address before any script runs', async ({ browser, stack }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${stack.webUrl}/de`);
  await expect(page.getByRole('heading', { level: 1, name: 'Einmal gesagt.' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await context.close();
});
