import { expect, test } from './support/people.ts';

test('two tabs of one person show the same', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  const second = await alice.newTab();
  await alice.visit(`/chats/${conversation}`);
  await second.visit(`/chats/${conversation}`);
  await bob.visit(`/chats/${conversation}`);

  await alice.write('from the first');
  await expect(second.message('from the first')).toBeVisible();
  await second.write('from the second');
  await expect(alice.message('from the second')).toBeVisible();
  await alice.expectStatus('from the second', 'read');
  await second.expectStatus('from the first', 'read');

  await bob.write('to both');
  for (const tab of [alice, second]) {
    await expect(tab.message('to both')).toBeVisible();
    await expect(tab.messages).toHaveCount(3);
  }
  expect(await bob.record(conversation)).toEqual(['from the first', 'from the second', 'to both']);
});

test('reading in one tab clears the count in the other', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  await bob.says(conversation, 'one', 'two');
  const second = await alice.newTab();
  await second.visit('/chats');
  await expect(second.item(bob.credentials.name).getByTestId('unread')).toContainText('2');
  await alice.visit(`/chats/${conversation}`);
  await expect(second.item(bob.credentials.name).getByTestId('unread')).toBeHidden();
});

test('signing out in one tab ends the other', async ({ alice }) => {
  const second = await alice.newTab();
  await second.visit('/chats');
  await expect(second.page.getByRole('heading', { level: 1, name: 'Conversations' })).toBeVisible();
  await alice.visit('/settings');
  await alice.page.getByRole('button', { name: 'Sign out' }).click();
  await expect(second.page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
});
