import { newestMail } from './support/mailbox.ts';
import { expect, test } from './support/people.ts';
import { newCredentials, Window } from './support/person.ts';

test.describe('an account', () => {
  test('asks for nothing that is missing, and says what is wrong with the rest', async ({ page, stack, bob }) => {
    const window = new Window(page, stack.webUrl);
    await window.visit('/sign-up');
    await page.getByLabel('Your name').fill('Zoë Müller-Lüdenscheidt');
    await expect(page.getByLabel('Handle')).toHaveValue('zoe_muller_ludenscheidt');

    await page.getByLabel('E-mail').fill(bob.credentials.email);
    await page.getByLabel('Password').fill('long enough');
    await page.getByLabel('Handle').fill(newCredentials('Zoë').handle.replace('ë', 'e'));
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText('Someone has signed up with this e-mail already.')).toBeVisible();
  });

  test('never gets a handle that somebody has', async ({ page, stack, bob }) => {
    const who = newCredentials('Second');
    await new Window(page, stack.webUrl).visit('/sign-up');
    await page.getByLabel('Your name').fill(who.name);
    await page.getByLabel('Handle').fill(bob.credentials.handle);
    await page.getByLabel('E-mail').fill(who.email);
    await page.getByLabel('Password').fill(who.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText('No conversations yet')).toBeVisible();
    const { data } = await bob.api.from('profiles').select('id').eq('handle', bob.credentials.handle);
    expect(data).toEqual([{ id: bob.id }]);

    await page.getByRole('link', { name: 'Profile and settings' }).click();
    await page.getByLabel('Handle').fill(bob.credentials.handle);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('alert')).toHaveText('This handle is taken.');
  });

  test('is not opened by a wrong password', async ({ page, stack, bob }) => {
    await new Window(page, stack.webUrl).visit('/sign-in');
    await page.getByLabel('E-mail').fill(bob.credentials.email);
    await page.getByLabel('Password').fill('not this one');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('alert')).toHaveText('That e-mail and password do not belong together.');
  });

  test('leads back to the page that was asked for', async ({ browser, stack, alice, bob, contextOptions }) => {
    const conversation = await bob.directWith(alice);
    const context = await browser.newContext(contextOptions);
    const window = new Window(await context.newPage(), stack.webUrl);
    await window.visit(`/chats/${conversation}`);
    await expect(window.page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
    await window.signIn(bob.credentials);
    await expect(window.page.getByRole('heading', { level: 2, name: 'Alice Okafor' })).toBeVisible();
    await context.close();
  });

  test('is recovered by the link of a mail', async ({ page, stack, bob }) => {
    const window = new Window(page, stack.webUrl);
    await window.visit('/sign-in');
    await page.getByRole('link', { name: 'Forgot it?' }).click();
    // The page before has an e-mail field as well.
    await expect(page.getByRole('heading', { name: 'Forgot your password?' })).toBeVisible();
    await page.getByLabel('E-mail').fill(bob.credentials.email);
    await page.getByRole('button', { name: 'Send the mail' }).click();
    await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();

    const mail = await newestMail(stack.mailUrl, bob.credentials.email, /password/i);
    await page.goto(mail.link);
    await expect(page.getByRole('heading', { name: 'Set a new password' })).toBeVisible();
    await page.getByLabel('New password').fill('another good secret');
    await page.getByRole('button', { name: 'Save it' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Conversations' })).toBeVisible();

    await window.signOut();
    await window.signIn({ email: bob.credentials.email, password: 'another good secret' });

    // It worked once; who is signed in is told as much.
    await page.goto(mail.link);
    await expect(page.getByRole('heading', { name: 'This link is no longer good' })).toBeVisible();
  });

  test('is recovered by the code of a mail', async ({ page, stack, bob }) => {
    await new Window(page, stack.webUrl).visit('/recover');
    await page.getByLabel('E-mail').fill(bob.credentials.email);
    await page.getByRole('button', { name: 'Send the mail' }).click();
    const mail = await newestMail(stack.mailUrl, bob.credentials.email, /password/i);
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByText('This code or link has expired or was used before.')).toBeVisible();
    await page.getByLabel('Code').fill(mail.code);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'Set a new password' })).toBeVisible();
  });

  test('is entered by a link or a code instead of a password', async ({ page, stack, bob }) => {
    const window = new Window(page, stack.webUrl);
    const ask = async () => {
      await window.visit('/sign-in');
      await page.getByRole('button', { name: 'Mail me a link instead' }).click();
      await page.getByLabel('E-mail').fill(bob.credentials.email);
      await page.getByRole('button', { name: 'Send me a link' }).click();
      await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();
      return newestMail(stack.mailUrl, bob.credentials.email, /./);
    };

    const first = await ask();
    await page.goto(first.link);
    await expect(page.getByRole('heading', { level: 1, name: 'Conversations' })).toBeVisible();
    await window.signOut();

    // A used link says so at the door.
    await page.goto(first.link);
    await expect(page.getByRole('alert')).toContainText('has expired or was used before');

    // Auth sends one mail a second to an address.
    let second = first;
    await expect(async () => {
      second = await ask();
      expect(second.code).not.toBe(first.code);
    }).toPass();
    await page.getByLabel('Code').fill(second.code);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Conversations' })).toBeVisible();
  });

  test('shows a changed name to others', async ({ alice, bob }) => {
    await alice.directWith(bob);
    await bob.visit('/settings');
    await bob.page.getByLabel('Name').fill('Robert Lindqvist');
    await bob.page.getByRole('button', { name: 'Save' }).click();
    await expect(bob.page.getByText('Your profile is saved.')).toBeVisible();
    await bob.visit('/chats');
    await expect(bob.page.getByRole('heading', { level: 1, name: 'Conversations' })).toBeVisible();
    await alice.visit('/chats');
    await alice.page.getByRole('button', { name: 'New conversation' }).click();
    await alice.page.getByRole('combobox', { name: 'Find people' }).fill(bob.credentials.handle);
    await expect(alice.page.getByRole('option', { name: 'Robert Lindqvist' })).toBeVisible();
  });
});
