import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './support/people.ts';

test('by keys to a conversation, a person, a place and a message', async ({ alice, bob, carol }) => {
  const { page } = alice;
  const group = await alice.groupWith('Harbour café', bob);
  await bob.says(group, 'The tide turns at nine');
  await alice.visit('/chats');
  await expect(alice.item('Harbour café')).toBeVisible();
  const dialog = page.getByRole('dialog', { name: 'Go to' });
  const field = dialog.getByRole('combobox');
  await expect(async () => {
    await page.keyboard.press('Control+k');
    await expect(dialog).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expect(field).toBeFocused();
  await expect(dialog.getByRole('option')).toHaveCount(1);
  expect((await new AxeBuilder({ page }).include('[role=dialog]').analyze()).violations).toEqual([]);
  await field.fill('harb');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/chats/${group}$`));

  await page.keyboard.press('Control+k');
  await field.fill(carol.credentials.handle);
  await dialog.getByRole('option', { name: carol.credentials.name }).click();
  await expect(page.getByRole('heading', { level: 2, name: carol.credentials.name })).toBeVisible();

  await page.keyboard.press('Control+k');
  await field.fill('tide turns');
  await expect(dialog.getByRole('option', { name: 'The tide turns at nine' })).toHaveAttribute('data-selected');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-marked]')).toContainText('The tide turns at nine');

  await page.keyboard.press('Control+k');
  await field.fill('appear');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 2, name: 'Appearance' })).toBeVisible();

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('the app can be installed', async ({ page, stack, request }) => {
  await page.goto(stack.webUrl);
  const href = await page.locator('link[rel=manifest]').getAttribute('href');
  const manifest = (await (await request.get(stack.webUrl + href)).json()) as {
    start_url: string;
    icons: { src: string; sizes: string; purpose?: string }[];
  };
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']));
  expect(manifest.icons.some(({ purpose }) => purpose === 'maskable')).toBe(true);
  for (const { src } of manifest.icons)
    expect((await request.get(stack.webUrl + src)).headers()['content-type']).toMatch(/^image\//);
  const session = await page.context().newCDPSession(page);
  const { errors } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
});
