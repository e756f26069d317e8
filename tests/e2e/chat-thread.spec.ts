import AxeBuilder from '@axe-core/playwright';
import { chooseFor } from './support/message-menu.ts';
import { expect, test } from './support/people.ts';

test('a thread stands under its message, beside the conversation and not in it', async ({ alice, bob, carol }) => {
  const conversation = await alice.groupWith('Harbour', bob, carol);
  await bob.says(conversation, 'Who brings the boat?', 'Something else');
  await alice.visit(`/chats/${conversation}`);
  await bob.visit(`/chats/${conversation}`);
  await chooseFor(alice, 'Who brings the boat?', 'Open a thread');
  const thread = alice.page.getByTestId('thread');
  await expect(thread.getByTestId('thread-root')).toContainText('Who brings the boat?');
  await expect(thread).toContainText('No replies yet');
  const field = thread.getByRole('textbox', { name: 'Message in the thread' });
  await field.fill('I do');
  await field.press('Enter');
  await expect(thread.getByTestId('message').filter({ hasText: 'I do' })).toBeVisible();

  // For the others it is one line under the message, and the conversation goes on without it.
  const link = bob.message('Who brings the boat?').getByTestId('thread-link');
  await expect(link).toContainText('1 reply');
  await expect(bob.page.getByTestId('messages').getByText('I do', { exact: true })).toHaveCount(0);
  await link.click();
  await expect(bob.page.getByTestId('thread')).toContainText('I do');
  const answer = bob.page.getByRole('textbox', { name: 'Message in the thread' });
  await answer.fill('Thank you');
  await answer.press('Enter');
  await expect(thread).toContainText('Thank you');
  await expect(alice.message('Who brings the boat?').getByTestId('thread-link')).toContainText('2 replies');
  expect((await new AxeBuilder({ page: alice.page }).analyze()).violations).toEqual([]);

  await thread.getByRole('button', { name: 'Close the thread' }).click();
  await expect(thread).toBeHidden();
  await expect(alice.page).toHaveURL(new RegExp(`/chats/${conversation}$`));
});

test('on a phone a thread is a page, and "back" leads to the conversation', async ({ aliceOnPhone: alice, bob, carol }) => {
  const conversation = await alice.groupWith('Harbour', bob, carol);
  await bob.says(conversation, 'Who brings the boat?');
  await alice.visit(`/chats/${conversation}?thread=${await bob.seqOf(conversation, 'Who brings the boat?')}`);
  await expect(alice.page.getByTestId('thread-root')).toBeVisible();
  await expect(alice.page.getByTestId('messages')).toBeHidden();
  await alice.page.getByRole('button', { name: 'Back to the conversation' }).tap();
  await expect(alice.message('Who brings the boat?')).toBeVisible();
});
