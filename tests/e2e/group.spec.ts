import { expect, test } from './support/people.ts';

test('a group: made, written in, managed, left', async ({ alice, bob, carol }) => {
  await alice.visit('/chats');
  await bob.visit('/chats');
  await expect(bob.page.getByText('No conversations yet')).toBeVisible();

  await test.step('Alice makes it with Bob', async () => {
    await alice.page.getByRole('button', { name: 'New conversation' }).click();
    await alice.page.getByRole('button', { name: 'New group' }).click();
    await alice.page.getByLabel('Title').fill('Harbour café');
    const find = alice.page.getByRole('combobox', { name: 'Find people' });
    // By the keyboard alone.
    await find.fill(`@${bob.credentials.handle}`);
    await expect(alice.page.getByRole('option', { name: bob.credentials.name })).toBeVisible();
    await find.press('Enter');
    await expect(alice.page.getByRole('list', { name: 'Chosen people' })).toContainText(bob.credentials.name);
    await alice.page.getByRole('button', { name: 'Create group' }).click();
    await expect(alice.page.getByRole('heading', { level: 2, name: 'Harbour café' })).toBeVisible();
    await expect(bob.item('Harbour café')).toBeVisible();
  });

  await test.step('they write, and see who does', async () => {
    await bob.item('Harbour café').click();
    await bob.composer.pressSequentially('I open tomorrow, if nobody else', { delay: 150 });
    await expect(alice.typing).toHaveText(`${bob.credentials.name} is typing…`);
    await bob.write('I open tomorrow');
    await expect(alice.message('I open tomorrow')).toBeVisible();
    await expect(alice.page.getByTestId('messages').getByText(bob.credentials.name)).toBeVisible();
    await bob.expectStatus('I open tomorrow', 'read');
  });

  await test.step('Alice adds Carol, who reads what was written', async () => {
    await carol.visit('/chats');
    await alice.page.getByRole('button', { name: 'Members' }).click();
    await alice.page.getByRole('button', { name: 'Add people' }).click();
    await alice.page.getByRole('combobox', { name: 'Find people' }).fill(carol.credentials.handle);
    await alice.page.getByRole('option', { name: carol.credentials.name }).click();
    await expect(alice.page.getByTestId('member').filter({ hasText: carol.credentials.name })).toBeVisible();
    await carol.item('Harbour café').click();
    await expect(carol.message('I open tomorrow')).toBeVisible();
  });

  await test.step('Alice renames it and makes Bob an admin', async () => {
    await alice.page.getByRole('button', { name: 'Rename the group' }).click();
    await alice.page.getByLabel('Title').fill('Harbour café, winter');
    await alice.page.getByRole('button', { name: 'Save' }).click();
    await expect(bob.item('Harbour café, winter')).toBeVisible();
    await alice.page.getByRole('button', { name: `More about ${bob.credentials.name}` }).click();
    await alice.page.getByRole('menuitem', { name: 'Make an admin' }).click();
    await expect(alice.page.getByTestId('member').filter({ hasText: bob.credentials.name })).toContainText('Admin');
  });

  await test.step('Bob removes Carol, who sees it at once and gets nothing more', async () => {
    await bob.page.getByRole('button', { name: 'Members' }).click();
    await bob.page.getByRole('button', { name: `More about ${carol.credentials.name}` }).click();
    await bob.page.getByRole('menuitem', { name: 'Remove from the group' }).click();
    await expect(carol.page.getByText('You are not in this conversation')).toBeVisible();
    await expect(carol.page.getByText('No conversations yet')).toBeVisible();
    await expect(bob.page.getByTestId('member')).toHaveCount(2);
  });

  await test.step('Bob leaves', async () => {
    await bob.page.getByRole('button', { name: 'Leave the group' }).click();
    await bob.page.getByRole('button', { name: 'Leave', exact: true }).click();
    await expect(bob.page.getByText('No conversations yet')).toBeVisible();
    await expect(alice.page.getByTestId('member')).toHaveCount(1);
  });
});
