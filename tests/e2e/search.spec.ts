import { expectClean } from './support/axe.ts';
import { expect, test } from './support/people.ts';

test('what was said is found, by words and filters, and its place is opened', async ({ alice, bob }) => {
  const { page } = alice;
  const direct = await bob.directWith(alice);
  const group = await alice.groupWith('Kitchen', bob);
  await bob.says(direct, 'The pumpkin <b>soup</b> is ready', 'Nothing else');
  await alice.says(group, 'Who wants pumpkin?');

  await alice.visit('/search');
  await expect(page.getByText('Search what was said')).toBeVisible();
  await expectClean(page, 'search, empty');
  await page.getByRole('searchbox', { name: 'Search messages' }).fill('pump');
  const found = page.getByTestId('found');
  await expect(found).toHaveCount(2);
  await expect(page.locator('mark').first()).toHaveText('pumpkin');
  await expectClean(page, 'search, found');
  await expect(page).toHaveURL(/\?q=pump$/);

  await page.getByText('Filters', { exact: true }).click();
  await page.getByLabel('In', { exact: true }).selectOption('Kitchen');
  await expect(found).toHaveText([/Who wants pumpkin/]);
  await page.getByLabel('From', { exact: true }).selectOption(bob.credentials.name);
  await expect(page.getByText('Nothing found')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(found).toHaveCount(2);
  await page.getByText('Filters', { exact: true }).click();
  await page.getByLabel('From day').fill('2100-01-01');
  await expect(page.getByText('Nothing found')).toBeVisible();
  await expectClean(page, 'search, filters');
  await page.reload();
  await expect(page.getByLabel('From day')).toHaveValue('2100-01-01');
  await page.getByRole('button', { name: 'Clear filters' }).click();

  await found.filter({ hasText: bob.credentials.name }).click();
  await expect(page).toHaveURL(new RegExp(`/chats/${direct}`));
  await expect(alice.message('The pumpkin')).toBeVisible();
});
