import { expect, test } from './support/people.ts';
import { chooseFor as choose } from './support/message-menu.ts';

test('Alice edits, Bob reacts and replies, Alice deletes: each sees it at once', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  await alice.visit(`/chats/${conversation}`);
  await bob.visit(`/chats/${conversation}`);
  await alice.write('teh first');
  await expect(bob.message('teh first')).toBeVisible();

  await choose(alice, 'teh first', 'Edit');
  await expect(alice.page.getByTestId('composer-note')).toContainText('Editing');
  await expect(alice.composer).toHaveValue('teh first');
  await alice.composer.fill('the first');
  await alice.composer.press('Enter');
  await expect(bob.message('the first')).toContainText('edited');

  await choose(bob, 'the first', 'React with 👍');
  const reaction = alice.message('the first').getByRole('button', { name: '👍 1' });
  await expect(reaction).toHaveAttribute('aria-pressed', 'false');
  await reaction.click();
  await expect(bob.message('the first').getByRole('button', { name: '👍 2' })).toHaveAttribute('aria-pressed', 'true');
  await bob.message('the first').getByRole('button', { name: '👍 2' }).click();
  await expect(alice.message('the first').getByRole('button', { name: '👍 1' })).toHaveAttribute('aria-pressed', 'true');

  await choose(bob, 'the first', 'Reply');
  await expect(bob.composer).toBeFocused();
  await bob.composer.fill('to that');
  await bob.composer.press('Enter');
  await expect(alice.message('to that').getByTestId('quote')).toContainText('the first');

  await choose(alice, 'the first', 'Delete');
  await alice.page
    .getByRole('dialog', { name: 'Delete this message?' })
    .getByRole('button', { name: 'Delete for everybody' })
    .click();
  await expect(bob.messages.first()).toContainText('This message was deleted');
  await expect(bob.message('to that').getByTestId('quote')).toContainText('This message was deleted');
  expect(await bob.record(conversation)).toEqual(['', 'to that']);
});

test('what is changed without a network is done after it is back', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  await alice.visit(`/chats/${conversation}`);
  await alice.write('before the tunnel');
  await alice.expectStatus('before the tunnel', 'sent');
  await alice.context.setOffline(true);
  await expect(alice.banner).toContainText('offline');
  await choose(alice, 'before the tunnel', 'Edit');
  await alice.composer.fill('from the tunnel');
  await alice.composer.press('Enter');
  await expect(alice.message('from the tunnel')).toBeVisible();
  await alice.expectStatus('from the tunnel', 'kept');
  expect(await bob.record(conversation)).toEqual(['before the tunnel']);
  await alice.context.setOffline(false);
  await expect.poll(() => bob.record(conversation)).toEqual(['from the tunnel']);
  await expect(alice.message('from the tunnel')).toContainText('edited');
});
