import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './support/people.ts';

test('Alice asks with /poll, Bob and Carol vote, Bob changes his mind, Alice ends it', async ({ alice, bob, carol }) => {
  const conversation = await alice.groupWith('Lunch', bob, carol);
  await alice.visit(`/chats/${conversation}`);
  await bob.visit(`/chats/${conversation}`);
  await alice.composer.fill('/po');
  await alice.page.getByRole('option', { name: '/poll' }).click();
  const dialog = alice.page.getByRole('dialog', { name: 'Ask something' });
  await dialog.getByLabel('Question').fill('Where?');
  await dialog.getByRole('textbox', { name: 'Answer 1' }).fill('Harbour');
  await dialog.getByRole('textbox', { name: 'Answer 2' }).fill('Harbour');
  await expect(dialog.getByText('Two answers are the same.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Answer 2' }).fill('Market');
  expect((await new AxeBuilder({ page: alice.page }).include('[role=dialog]').analyze()).violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Ask', exact: true }).click();
  await expect(alice.composer).toHaveValue('');

  const poll = bob.page.getByTestId('poll');
  await poll.getByRole('button', { name: /Harbour/ }).click();
  await expect(alice.page.getByTestId('poll')).toContainText('1 person voted');
  await expect(poll.getByRole('button', { name: /Harbour/ })).toHaveAttribute('aria-pressed', 'true');
  await poll.getByRole('button', { name: /Market/ }).click();
  await expect(poll.getByRole('button', { name: /Harbour/ })).toHaveAttribute('aria-pressed', 'false');
  await expect(alice.page.getByTestId('poll').getByRole('button', { name: /Market/ })).toContainText('1');

  await alice.page.getByTestId('poll').getByRole('button', { name: 'Who voted' }).click();
  await expect(alice.page.getByRole('dialog', { name: 'Votes' })).toContainText('Bob Lindqvist');
  await alice.page.keyboard.press('Escape');
  await expect(poll.getByRole('button', { name: 'End the poll' })).toHaveCount(0);
  await alice.page.getByTestId('poll').getByRole('button', { name: 'End the poll' }).click();
  await expect(poll).toContainText('Voting is over');
  await expect(poll.getByRole('button', { name: /Market/ })).toBeDisabled();
  expect((await new AxeBuilder({ page: bob.page }).analyze()).violations).toEqual([]);
});
