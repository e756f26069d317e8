import { expect, test } from './support/people.ts';

test('on a phone the list and the conversation are two screens', async ({ aliceOnPhone: alice, bob }) => {
  const conversation = await bob.directWith(alice);
  await bob.says(conversation, 'Are you on the train?');
  await alice.visit('/chats');
  await expect(alice.item(bob.credentials.name)).toBeVisible();
  await expect(alice.composer).toBeHidden();

  await alice.item(bob.credentials.name).tap();
  await expect(alice.message('Are you on the train?')).toBeVisible();
  await expect(alice.conversations).toBeHidden();
  await alice.composer.tap();
  await alice.composer.fill('Yes, line two');
  await alice.page.getByRole('button', { name: 'Send' }).tap();
  await expect.poll(() => bob.record(conversation)).toEqual(['Are you on the train?', 'Yes, line two']);

  await alice.page.getByRole('link', { name: 'Back to all conversations' }).tap();
  await expect(alice.item(bob.credentials.name)).toContainText('Yes, line two');
  await expect(alice.composer).toBeHidden();
});

test('on a phone nothing is wider than the screen, and what is tapped is large enough', async ({ aliceOnPhone: alice, bob }) => {
  const conversation = await bob.directWith(alice);
  await bob.says(conversation, 'w'.repeat(400), 'https://example.org/' + 'a'.repeat(300));
  for (const path of ['/', '/chats', `/chats/${conversation}`, '/settings']) {
    await alice.visit(path);
    await expect(alice.page.getByRole('heading').first()).toBeVisible();
    if (path.endsWith(conversation)) await expect(alice.messages).toHaveCount(2);
    const width = await alice.page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, path).toBeLessThanOrEqual(390);
    const small = await alice.page
      .locator('button:visible, nav a:visible, header a:visible')
      .evaluateAll((all) =>
        all.filter((one) => one.getBoundingClientRect().height < 40).map((one) => one.outerHTML.slice(0, 120))
      );
    expect(small, path).toEqual([]);
  }
});
