import { expectClean } from './support/axe.ts';
import { expect, test } from './support/people.ts';

test('a group has its description, its rules, and what it tells one of', async ({ alice, bob }) => {
  const { page } = alice;
  const group = await alice.groupWith('Kitchen', bob);
  await alice.visit(`/chats/${group}`);
  await page.getByRole('button', { name: 'Members' }).click();
  await page.getByRole('button', { name: 'Rename the group' }).click();
  await page.getByLabel('Description').fill('Who cooks what');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('dialog').getByText('Who cooks what')).toBeVisible();
  await expectClean(page, 'panel');

  await page.getByRole('button', { name: 'Rules' }).click();
  await page.getByLabel('Who may post').selectOption('Owner and admins: for announcements');
  await page.getByLabel('Slow mode').selectOption('After 1 minute');
  await page.getByLabel('Messages disappear').selectOption('After 1 day');
  await expect(page.getByLabel('Messages disappear')).toHaveValue('86400');
  await expectClean(page, 'rules');
  const stored = bob.api.from('conversation_list').select('post_role,slow_mode_seconds,disappear_after_seconds').eq('id', group);
  expect((await stored).data).toEqual([{ post_role: 'admin', slow_mode_seconds: 60, disappear_after_seconds: 86_400 }]);

  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('button', { name: 'Notifications' }).click();
  await page.getByText('Mentions of me').click();
  await page.getByRole('button', { name: 'A day' }).click();
  await expect(page.getByText(/Muted until/)).toBeVisible();
  await expectClean(page, 'notifications of a group');
  await expect
    .poll(async () => (await alice.api.from('conversation_list').select('notify_level').eq('id', group)).data)
    .toEqual([{ notify_level: 'mentions' }]);
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('button', { name: 'Files', exact: true }).click();
  await expect(page.getByText('No files yet.')).toBeVisible();

  await bob.visit(`/chats/${group}`);
  await bob.page.getByRole('button', { name: 'Members' }).click();
  await expect(bob.page.getByRole('button', { name: 'Rules' })).toBeHidden();
  await expect(bob.page.getByRole('button', { name: 'Add people' })).toBeHidden();
});
