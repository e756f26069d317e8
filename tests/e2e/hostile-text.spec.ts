import { expect, test } from './support/people.ts';

const HOSTILE = [
  '<script>window.broken = true</script>',
  '<img src=x onerror="window.broken = true">',
  '"><svg onload="window.broken = true">',
  '{@html broken} ${broken} {{broken}}',
  "'; drop table messages; --",
  '\u202Egnirts desrever\u202C'
];

test('what looks like code is shown as the text it is', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  await alice.visit(`/chats/${conversation}`);
  const seen: string[] = [];
  alice.page.on('dialog', (dialog) => seen.push(dialog.message()));
  await bob.says(conversation, ...HOSTILE);
  for (const text of HOSTILE) await expect(alice.messages.getByText(text, { exact: true })).toBeVisible();
  await expect(alice.page.getByTestId('messages').locator('script, img, svg[onload]')).toHaveCount(0);
  expect(await alice.page.evaluate(() => 'broken' in window)).toBe(false);
  expect(seen).toEqual([]);
});

test('a name and a title are text too', async ({ alice, bob }) => {
  const title = '<b onclick=alert(1)>Title</b>';
  const conversation = await alice.groupWith(title, bob);
  await bob.visit(`/chats/${conversation}`);
  await expect(bob.page.getByRole('heading', { level: 2, name: title })).toBeVisible();
  await expect(bob.item(title)).toBeVisible();
});

test('links lead out safely, and only where it is safe', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  await bob.says(conversation, 'See https://example.org/a?b=c. And javascript:alert(1) and data:text/html,x');
  await alice.visit(`/chats/${conversation}`);
  const links = alice.messages.getByRole('link');
  await expect(links).toHaveCount(1);
  await expect(links).toHaveAttribute('href', 'https://example.org/a?b=c');
  await expect(links).toHaveAttribute('rel', /noopener/);
  await expect(links).toHaveAttribute('target', '_blank');
});

test('a message that is too long is counted, and cannot be sent', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  await alice.visit(`/chats/${conversation}`);
  const send = alice.page.getByRole('button', { name: 'Send' });
  await alice.composer.fill('   \n ');
  await expect(send).toBeDisabled();
  await alice.composer.fill('x'.repeat(4990));
  await expect(alice.page.getByText('10', { exact: true })).toBeVisible();
  await expect(send).toBeEnabled();
  await alice.composer.fill('x'.repeat(5001));
  await expect(alice.page.getByText('-1', { exact: true })).toBeVisible();
  await expect(send).toBeDisabled();
  await alice.composer.press('Enter');
  await expect(alice.messages).toHaveCount(0);
  await alice.composer.fill('😀'.repeat(5000));
  await expect(send).toBeEnabled();
  await alice.composer.press('Enter');
  await alice.expectStatus('😀', 'sent');
});
