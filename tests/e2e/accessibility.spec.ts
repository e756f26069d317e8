import { expectClean } from './support/axe.ts';
import { expect, test } from './support/people.ts';
import type { Window } from './support/person.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`axe finds nothing, ${colorScheme}`, () => {
    test.use({ contextOptions: { colorScheme } });

    test('for everybody', async ({ browser, contextOptions, stack }) => {
      const context = await browser.newContext(contextOptions);
      const page = await context.newPage();
      for (const path of ['/', '/sign-in', '/sign-up', '/recover', '/new-password', '/nowhere']) {
        await page.goto(stack.webUrl + path);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await expectClean(page, path, colorScheme);
      }
      await page.goto(`${stack.webUrl}/sign-in`);
      await page.getByLabel('E-mail').fill('nobody@example.org');
      await page.getByLabel('Password').fill('wrong');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await expect(page.getByRole('alert')).toBeVisible();
      await expectClean(page, 'sign-in, refused', colorScheme);
      await context.close();
    });

    test('for who is signed in', async ({ alice, bob, carol }) => {
      // Axe takes seconds for each of the many screens.
      test.slow();
      const dialog = (window: Window) => window.page.getByRole('dialog');
      await alice.visit('/chats');
      await expect(alice.page.getByText('No conversations yet')).toBeVisible();
      await expectClean(alice.page, 'no conversations', colorScheme);

      const direct = await bob.directWith(alice);
      await bob.says(direct, 'Hello', 'See https://example.org', '👋');
      const group = await alice.groupWith('Harbour café', bob, carol);
      await carol.says(group, 'Who opens tomorrow?');
      await bob.visit(`/chats/${direct}`);
      await expect(alice.item(bob.credentials.name).getByTestId('unread')).toBeVisible();
      await expectClean(alice.page, 'list', colorScheme);

      await alice.item(bob.credentials.name).click();
      await alice.write('Hello Bob');
      await alice.expectStatus('Hello Bob', 'read');
      await bob.composer.pressSequentially('typing', { delay: 20 });
      await expect(alice.typing).toContainText('typing');
      await expectClean(alice.page, 'conversation', colorScheme);

      await alice.page.route('**/rest/v1/rpc/send_message', (route) =>
        route.fulfill({ status: 400, json: { code: 'message_too_long', message: 'too long', details: null, hint: null } })
      );
      await alice.write('this is refused');
      await alice.expectStatus('this is refused', 'refused');
      await expectClean(alice.page, 'refused message', colorScheme);
      await alice.page.unroute('**/rest/v1/rpc/send_message');

      await alice.visit(`/chats/${group}`);
      await expect(alice.message('Who opens tomorrow?')).toBeVisible();
      await expectClean(alice.page, 'group', colorScheme);
      await alice.page.getByRole('button', { name: 'Members' }).click();
      await expect(dialog(alice).getByTestId('member')).toHaveCount(3);
      await expectClean(alice.page, 'members', colorScheme);
      await dialog(alice)
        .getByRole('button', { name: `More about ${bob.credentials.name}` })
        .click();
      await expect(alice.page.getByRole('menu')).toBeVisible();
      await expectClean(alice.page, 'member menu', colorScheme);
      await alice.page.keyboard.press('Escape');
      await alice.page.keyboard.press('Escape');
      await expect(dialog(alice)).toBeHidden();

      await alice.page.getByRole('button', { name: 'New conversation' }).click();
      await alice.page.getByRole('combobox', { name: 'Find people' }).fill(bob.credentials.handle);
      await expect(alice.page.getByRole('option')).toHaveCount(1);
      await expectClean(alice.page, 'new conversation', colorScheme);
      await alice.page.keyboard.press('Escape');

      await alice.visit('/settings');
      await expect(alice.page.getByLabel('Handle')).toBeVisible();
      await expectClean(alice.page, 'settings', colorScheme);

      await alice.visit('/chats/00000000-0000-4000-8000-000000000000');
      await expect(alice.page.getByText('You are not in this conversation')).toBeVisible();
      await expectClean(alice.page, 'not a member', colorScheme);

      await alice.context.setOffline(true);
      await expect(alice.banner).toBeVisible();
      await expectClean(alice.page, 'offline', colorScheme);
    });
  });
}

test('axe finds nothing on any component in any state', async ({ page, stack }) => {
  test.slow();
  await page.goto(`${stack.webUrl}/gallery`);
  await expect(page.getByRole('heading', { level: 1, name: 'Gallery' })).toBeVisible();
  await expectClean(page, 'gallery');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectClean(page, 'gallery', 'dark');
  await page.emulateMedia({ colorScheme: 'dark', contrast: 'more' });
  await expectClean(page, 'gallery, dark', 'contrast');
  await page.emulateMedia({ colorScheme: 'light', contrast: 'more' });
  await expectClean(page, 'gallery', 'contrast');

  for (const overlay of ['Modal', 'ConfirmDialog', 'ReportDialog']) {
    await page.getByRole('button', { name: overlay, exact: true }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectClean(page, overlay, 'light', '[role="dialog"]');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  }
  await page.getByRole('button', { name: 'More about it' }).click();
  await expectClean(page, 'Menu', 'light', '[role="menu"]');
  const states = await page.locator('[data-shelf] [data-case]').count();
  console.log(`axe: nothing on ${states} components and messages in their states, light, dark and in high contrast of both`);
  expect(states).toBeGreaterThan(60);
});

test('the keyboard reaches everything, and focus is where it is expected', async ({ alice, bob }) => {
  const conversation = await bob.directWith(alice);
  await bob.says(conversation, 'Hello');
  await alice.visit('/chats');
  await expect(alice.item(bob.credentials.name)).toBeVisible();
  await alice.page.keyboard.press('Tab');
  await expect(alice.page.getByRole('link', { name: 'Skip to the conversation' })).toBeFocused();
  await alice.item(bob.credentials.name).focus();
  await alice.page.keyboard.press('Enter');
  await expect(alice.composer).toBeFocused();
  await alice.page.keyboard.type('By keys');
  await alice.page.keyboard.press('Shift+Enter');
  await alice.page.keyboard.type('in two lines');
  await alice.page.keyboard.press('Enter');
  await expect(alice.message('By keys')).toBeVisible();
  await expect(alice.composer).toBeFocused();
  await expect(alice.composer).toHaveValue('');
  await expect.poll(() => bob.record(conversation)).toEqual(['Hello', 'By keys\nin two lines']);

  const button = alice.page.getByRole('button', { name: 'New conversation' });
  await button.focus();
  await alice.page.keyboard.press('Enter');
  await expect(alice.page.getByRole('combobox', { name: 'Find people' })).toBeFocused();
  await alice.page.keyboard.press('Escape');
  await expect(button).toBeFocused();
});

test('new messages are read out', async ({ alice, bob }) => {
  const conversation = await bob.directWith(alice);
  await bob.says(conversation, 'Old news');
  await alice.visit(`/chats/${conversation}`);
  await expect(alice.message('Old news')).toBeVisible();
  await bob.says(conversation, 'Fresh news');
  await expect(alice.page.locator('[aria-live="polite"]').filter({ hasText: 'Bob Lindqvist: Fresh news' })).toBeAttached();
  await expect(alice.page.locator('[aria-live="polite"]').filter({ hasText: 'Old news' })).toHaveCount(0);
});
