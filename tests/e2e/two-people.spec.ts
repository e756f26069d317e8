import { newCredentials, Window } from './support/person.ts';
import { expect, test } from './support/people.ts';

/** The human test of direct messaging, its eight steps in their order: two people, two browsers, from an empty account. */
test('two people chat', async ({ browser, stack, contextOptions }) => {
  const alice = newCredentials('Alice Okafor');
  const bob = newCredentials('Bob Lindqvist');
  const enter = async (who: typeof alice) => {
    const context = await browser.newContext(contextOptions);
    const window = new Window(await context.newPage(), stack.webUrl);
    await window.visit('/sign-up');
    await window.page.getByLabel('Your name').fill(who.name);
    await window.page.getByLabel('Handle').fill(who.handle);
    await window.page.getByLabel('E-mail').fill(who.email);
    await window.page.getByLabel('Password').fill(who.password);
    await window.page.getByRole('button', { name: 'Create account' }).click();
    await expect(window.page.getByText('No conversations yet')).toBeVisible();
    return window;
  };
  const [a, b] = await Promise.all([enter(alice), enter(bob)]);

  await test.step('1. Alice starts a conversation with Bob', async () => {
    await a.startConversationWith(bob);
    await expect(a.page.getByText('This is the beginning of your conversation.')).toBeVisible();
    await expect(a.presence).toHaveText('online');
  });

  await test.step('2. Alice sends a message', async () => {
    await a.write('Hello!');
    await expect(a.message('Hello!')).toBeVisible();
  });

  await test.step('3. Bob sees it without a reload', async () => {
    await expect(b.item(alice.name)).toContainText('Hello!');
    await expect(b.item(alice.name).getByTestId('unread')).toContainText('1');
    await a.expectStatus('Hello!', 'delivered');
    await b.item(alice.name).click();
    await expect(b.message('Hello!')).toBeVisible();
    await expect(b.item(alice.name).getByTestId('unread')).toBeHidden();
  });

  await test.step('4. Bob types, and Alice sees it', async () => {
    await b.composer.pressSequentially('Hi back, and how are you today?', { delay: 150 });
    await expect(a.typing).toHaveText(`${bob.name} is typing…`);
    await expect(a.item(bob.name)).toContainText('typing…');
  });

  await test.step('5. Bob replies', async () => {
    await b.write('Hi back!');
    await expect(a.message('Hi back!')).toBeVisible();
    await expect(a.typing).toHaveText('');
  });

  await test.step('6. Both see the history with receipts', async () => {
    await a.expectStatus('Hello!', 'read');
    await b.expectStatus('Hi back!', 'read');
    for (const window of [a, b]) await expect(window.messages).toHaveCount(2);
  });

  await test.step('7. Alice goes, and Bob sees it', async () => {
    await expect(b.presence).toHaveText('online');
    await a.page.close();
    await expect(b.presence).toContainText('last seen', { timeout: 20_000 });
  });

  await test.step('8. The messages are there after signing out and in again', async () => {
    await b.signOut();
    await b.visit('/sign-in');
    await b.signIn(bob);
    await b.item(alice.name).click();
    await expect(b.messages).toHaveCount(2);
    await expect(b.message('Hello!')).toBeVisible();
    await b.expectStatus('Hi back!', 'read');
  });
});
