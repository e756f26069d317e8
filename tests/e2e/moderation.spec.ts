import { createClient } from '@supabase/supabase-js';
import { expectClean } from './support/axe.ts';
import { expect, test } from './support/people.ts';

test('moderators have their queue, and nobody else has', async ({ alice, bob, carol, stack }) => {
  test.slow();
  const { page } = alice;
  await alice.visit('/moderation');
  await expect(page.getByText('This is for moderators')).toBeVisible();

  // Others' tests report people of the same name.
  const advertising = `Buy my watches, says ${carol.credentials.handle}`;
  const concern = `Concerns ${carol.credentials.handle}`;
  const group = await bob.groupWith('Kitchen', carol);
  await carol.says(group, advertising);
  const { data } = await bob.api.from('messages').select('seq').eq('conversation_id', group).eq('content', advertising);
  await bob.api.rpc('report_message', { conversation_id: group, seq: data![0]!.seq, reason: 'spam', note: 'Every day' });
  await bob.api.rpc('report_user', { user_id: carol.id, reason: 'other', note: concern });
  const operator = createClient(stack.apiUrl, stack.secretKey, { auth: { persistSession: false } });
  await operator.rpc('set_moderator', { user_id: alice.id, is_moderator: true });

  await alice.visit('/settings/account');
  await page.getByRole('link', { name: 'Moderation' }).click();
  const report = page.getByTestId('report').filter({ hasText: concern });
  const message = page.getByTestId('report').filter({ hasText: advertising });
  await expect(message).toContainText('Every day');
  await expectClean(page, 'reports');
  await message.getByRole('button', { name: 'Delete the message' }).click();
  await expectClean(page, 'handling a report');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the message' }).click();
  await expect(message).toHaveCount(0);
  expect(await bob.record(group)).not.toContain(advertising);

  await report.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  await page.getByLabel('For how long').selectOption('7 days');
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await expect(report).toHaveCount(0);
  const { error } = await carol.api.rpc('send_message', { conversation_id: group, id: crypto.randomUUID(), content: 'again' });
  expect(error?.code).toBe('suspended');

  await page.getByText('Handled', { exact: true }).click();
  await expect(report.filter({ hasText: 'Suspended' })).toBeVisible();
  await page.getByRole('tab', { name: 'Log' }).click();
  await expect(page.getByTestId('audit-log')).toContainText(`handled a report about ${carol.credentials.name}`);
  await expectClean(page, 'audit log');
});
