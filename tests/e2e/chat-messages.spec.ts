import AxeBuilder from '@axe-core/playwright';
import { createClient } from '@supabase/supabase-js';
import { chooseFor } from './support/message-menu.ts';
import { expect, test } from './support/people.ts';

test('a message is pinned for everybody, found in the bar, and unpinned', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  await alice.says(conversation, 'The key is under the mat', 'Something else');
  await alice.visit(`/chats/${conversation}`);
  await bob.visit(`/chats/${conversation}`);
  await chooseFor(alice, 'The key is under the mat', 'Pin');
  const bar = bob.page.getByTestId('pins');
  await expect(bar).toContainText('The key is under the mat');
  await bar.getByRole('button', { name: /The key is under the mat/ }).click();
  await expect(bob.page.locator('[data-marked]')).toContainText('The key is under the mat');
  await bar.getByRole('button', { name: 'Unpin' }).click();
  await expect(alice.page.getByTestId('pins')).toBeHidden();
});

test('a message is forwarded to others, and says where it comes from', async ({ alice, bob, carol }) => {
  const conversation = await alice.directWith(bob);
  const other = await alice.directWith(carol);
  await bob.says(conversation, 'The plan is ready');
  await alice.visit(`/chats/${conversation}`);
  await carol.visit(`/chats/${other}`);
  await chooseFor(alice, 'The plan is ready', 'Forward');
  const dialog = alice.page.getByRole('dialog', { name: 'Forward to' });
  await dialog.getByLabel('Find a conversation').fill('Carol');
  await dialog.getByRole('checkbox').check();
  expect((await new AxeBuilder({ page: alice.page }).include('[role=dialog]').analyze()).violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Forward', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(carol.message('The plan is ready').getByTestId('forwarded')).toContainText('Forwarded from Bob Lindqvist');
});

test('info says who has read a message and what it said before', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  await alice.visit(`/chats/${conversation}`);
  await alice.write('teh plan');
  await bob.visit(`/chats/${conversation}`);
  await alice.expectStatus('teh plan', 'read');
  await alice.composer.press('ArrowUp');
  await expect(alice.composer).toHaveValue('teh plan');
  await alice.composer.fill('the plan');
  await alice.composer.press('Enter');
  await expect(alice.message('the plan')).toContainText('edited');
  await alice.expectStatus('the plan', 'read');
  await chooseFor(alice, 'the plan', 'Info');
  const dialog = alice.page.getByRole('dialog', { name: 'About this message' });
  await expect(dialog.getByRole('region', { name: 'Read' })).toContainText('Bob Lindqvist');
  await expect(dialog.getByRole('region', { name: 'What it said before' })).toContainText('teh plan');
  expect((await new AxeBuilder({ page: alice.page }).include('[role=dialog]').analyze()).violations).toEqual([]);
});

test('what is deleted for oneself is gone for nobody else, and can be brought back', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  await bob.says(conversation, 'embarrassing', 'harmless');
  await alice.visit(`/chats/${conversation}`);
  await chooseFor(alice, 'embarrassing', 'Delete for me');
  await expect(alice.message('embarrassing')).toHaveCount(0);
  await alice.page.getByRole('button', { name: 'Undo' }).click();
  await expect(alice.message('embarrassing')).toBeVisible();
});

test('a message is reported', async ({ alice, bob, stack }) => {
  const conversation = await alice.directWith(bob);
  await bob.says(conversation, 'Buy my things');
  await alice.visit(`/chats/${conversation}`);
  await chooseFor(alice, 'Buy my things', 'Report');
  const dialog = alice.page.getByRole('dialog', { name: 'Report this message' });
  await dialog.getByLabel('What is wrong with it').selectOption('harassment');
  await dialog.getByLabel('More about it').fill('Every day');
  expect((await new AxeBuilder({ page: alice.page }).include('[role=dialog]').analyze()).violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Report', exact: true }).click();
  await expect(alice.page.getByText('The moderators will look at it.')).toBeVisible();
  // Only moderators see reports.
  const admin = createClient(stack.apiUrl, stack.secretKey, { auth: { persistSession: false } });
  const { data } = await admin.from('reports').select('reason,note,seq').eq('conversation_id', conversation);
  expect(data).toEqual([{ reason: 'harassment', note: 'Every day', seq: 1 }]);
});

test('one reacts with any emoji, and sees who did', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  await bob.says(conversation, 'We won');
  await alice.visit(`/chats/${conversation}`);
  await chooseFor(alice, 'We won', 'Another emoji');
  const picker = alice.page.getByRole('dialog', { name: 'Another emoji' });
  await picker.getByRole('searchbox').fill('trophy');
  await picker.getByRole('button', { name: 'trophy', exact: true }).click();
  const row = alice.message('We won');
  await expect(row.getByRole('button', { name: '🏆 1' })).toHaveAttribute('aria-pressed', 'true');
  await row.getByRole('button', { name: 'Who reacted' }).click();
  const dialog = alice.page.getByRole('dialog', { name: 'Reactions' });
  await expect(dialog).toContainText('Alice Okafor');
  await expect(dialog).toContainText('🏆');
});

test('messages that disappear count down, and are gone', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  await alice.visit(`/chats/${conversation}`);
  await alice.page.getByRole('button', { name: 'More about this conversation' }).click();
  await alice.page.getByRole('menuitem', { name: 'Disappearing messages' }).click();
  const dialog = alice.page.getByRole('dialog', { name: 'Disappearing messages' });
  await dialog.getByLabel('After 30 seconds').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await alice.write('for your eyes only');
  await expect(alice.message('for your eyes only').getByTestId('countdown')).toContainText('s');
  await expect(alice.message('for your eyes only')).toHaveCount(0, { timeout: 60_000 });
});

test('a link has a preview: found while one writes, taken away if one likes, and read without asking anybody', async ({
  alice,
  bob
}) => {
  const asked: string[] = [];
  // The Internet is not asked in a test; what the server answers, the tests of the function say.
  for (const { page } of [alice, bob]) {
    await page.route('**/functions/v1/link-preview', async (route) => {
      if (route.request().method() === 'OPTIONS') return route.continue();
      const { url } = route.request().postDataJSON() as { url: string };
      asked.push(url);
      const preview = { url, title: 'Sea kayaks for rent', description: 'By the hour or the day.', site_name: 'Boats' };
      await route.fulfill({ json: { preview }, headers: { 'access-control-allow-origin': '*' } });
    });
  }
  const conversation = await alice.directWith(bob);
  await bob.visit(`/chats/${conversation}`);
  await alice.visit(`/chats/${conversation}`);
  const strip = alice.page.getByTestId('link-strip');
  await alice.composer.fill('Not this: https://boats.example/a');
  await expect(strip).toContainText('Sea kayaks for rent');
  await strip.getByRole('button', { name: 'Send without the preview' }).click();
  await expect(strip).toBeHidden();
  await alice.composer.press('Enter');
  await expect(bob.message('Not this')).toBeVisible();
  await alice.composer.fill('But this: https://boats.example/b');
  await expect(strip).toContainText('boats.example');
  await alice.composer.press('Enter');
  await expect(strip).toBeHidden();
  const card = bob.message('But this').getByTestId('link-preview');
  await expect(card).toContainText('By the hour or the day.');
  await expect(card).toHaveAttribute('href', 'https://boats.example/b');
  await expect(bob.message('Not this').getByTestId('link-preview')).toHaveCount(0);
  expect(asked).toEqual(['https://boats.example/a', 'https://boats.example/b']);
});
