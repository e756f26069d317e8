import { expect, test } from './support/people.ts';
import { writeHistory } from './support/history.ts';

test('a link leads to a message that is not loaded, and from there one gets back to the end, page by page or at once', async ({
  alice,
  bob,
  stack
}) => {
  const conversation = await alice.directWith(bob);
  await writeHistory(stack.dbUrl, conversation, [alice, bob], 320);
  await alice.api.rpc('mark_read', { marks: { [conversation]: 320 } });
  await alice.visit(`/chats/${conversation}?at=100`);
  await expect(alice.message('line 100 .')).toBeInViewport();
  await expect(alice.page.locator('[data-marked]')).toContainText('line 100 .');
  await expect(alice.message('line 320 .')).toHaveCount(0);

  // Down, a window at a time: it goes on without a gap until the newest message.
  const list = alice.page.getByTestId('messages');
  const seqs = () => alice.messages.evaluateAll((all) => all.map((one) => Number((one as HTMLElement).dataset['seq'])));
  await expect(async () => {
    await list.hover();
    await alice.page.mouse.wheel(0, 1500);
    const shown = await seqs();
    expect(shown).toEqual(Array.from(shown, (_, n) => shown[0]! + n));
    expect(shown).toContain(320);
  }).toPass({ timeout: 40_000 });
  await expect(alice.page.getByRole('button', { name: /jump to the end|newest message/ })).toBeHidden();

  await alice.visit(`/chats/${conversation}?at=20`);
  await expect(alice.message('line 20 .')).toBeInViewport();
  await alice.page.getByRole('button', { name: /jump to the end|newest message/ }).click();
  await expect(alice.message('line 320 .')).toBeInViewport();
});

test('what is answered is quoted although it is not loaded, and a click on it leads there', async ({ alice, bob, stack }) => {
  const conversation = await alice.directWith(bob);
  await writeHistory(stack.dbUrl, conversation, [alice, bob], 150);
  await bob.api.rpc('send_message', {
    conversation_id: conversation,
    id: crypto.randomUUID(),
    content: 'about that',
    reply_to: 8
  });
  await alice.api.rpc('mark_read', { marks: { [conversation]: 151 } });
  await alice.visit(`/chats/${conversation}`);
  const quote = alice.message('about that').getByTestId('quote');
  await expect(quote).toContainText('line 8 .');
  await quote.getByRole('button').click();
  await expect(alice.page.locator('[data-marked]')).toContainText('line 8 .');
  await expect(alice.message('line 8 .').first()).toBeInViewport();
});

test('a message that is not there is said to be missing, and nothing moves', async ({ alice, bob, stack }) => {
  const conversation = await alice.directWith(bob);
  await writeHistory(stack.dbUrl, conversation, [alice, bob], 5);
  await alice.visit(`/chats/${conversation}?at=99`);
  await expect(alice.page.getByText('This message is not there any more')).toBeVisible();
  await expect(alice.message('line 5 .')).toBeInViewport();
});

test('where more than a page is unread, it opens at the first unread message', async ({ alice, bob, stack }) => {
  const conversation = await alice.directWith(bob);
  await writeHistory(stack.dbUrl, conversation, [bob], 250);
  await alice.api.rpc('mark_read', { marks: { [conversation]: 30 } });
  await alice.visit(`/chats/${conversation}`);
  await expect(alice.page.getByTestId('unread-divider')).toBeInViewport();
  await expect(alice.message('line 31 .')).toBeInViewport();
  await expect(alice.page.getByRole('button', { name: /^2\d\d new messages, jump to the end$/ })).toBeVisible();
});
