import { expectClean } from './support/axe.ts';
import { expect, test } from './support/people.ts';

test('somebody is found, looked at, written to, blocked and reported', async ({ alice, bob }) => {
  const { page } = alice;
  await alice.groupWith('Kitchen', bob);
  await alice.visit('/people');
  await page.getByRole('searchbox').fill(bob.credentials.handle);
  await page.getByRole('list', { name: 'People found' }).getByRole('link', { name: bob.credentials.name }).click();
  await expect(page.getByRole('heading', { level: 2, name: bob.credentials.name })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Kitchen' })).toBeVisible();
  await bob.visit('/chats');
  await expect(alice.presence).toHaveText('online');
  await expectClean(page, 'profile');

  await page.getByRole('button', { name: 'Block' }).click();
  await expectClean(page, 'block?');
  await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
  await expect(page.getByText('You have blocked this person.')).toBeVisible();
  await alice.visit('/settings/privacy');
  await expect(page.getByRole('list', { name: 'Blocked people' })).toContainText(bob.credentials.name);
  await page.getByRole('button', { name: `Unblock: ${bob.credentials.name}` }).click();
  await expect(page.getByText('You have blocked nobody.')).toBeVisible();

  await alice.visit(`/people/${bob.id}`);
  await page.getByRole('button', { name: 'Report' }).click();
  await page.getByLabel('Why').selectOption('Harassment');
  await expectClean(page, 'report');
  await page.getByRole('button', { name: 'Send the report' }).click();
  await expect(page.getByText('Thank you. Moderators will look at it.')).toBeVisible();
  await page.getByRole('button', { name: 'Message', exact: true }).click();
  await alice.write('Hello Bob');
  await expect(bob.item(alice.credentials.name)).toBeVisible();
});

test('who is not there is said to be so', async ({ alice }) => {
  for (const id of ['00000000-0000-4000-8000-000000000000', 'nobody']) {
    await alice.visit(`/people/${id}`);
    await expect(alice.page.getByText('This person is not here')).toBeVisible();
  }
  await alice.visit(`/people/${alice.id}`);
  await expect(alice.page.getByText('This is you')).toBeVisible();
});
