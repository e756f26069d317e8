import { expect, test } from './support/people.ts';

test.use({ serviceWorkers: 'allow' });

test.describe('without a network', () => {
  test('Alice writes; Bob has it once after she returns', async ({ alice, bob }) => {
    const conversation = await alice.directWith(bob);
    await bob.visit(`/chats/${conversation}`);
    await alice.visit(`/chats/${conversation}`);
    await expect(alice.presence).toHaveText('online');

    await alice.context.setOffline(true);
    await expect(alice.banner).toContainText('offline');
    await alice.write('from the tunnel');
    await alice.write('still in it');
    await alice.expectStatus('from the tunnel', 'kept');
    await alice.expectStatus('still in it', 'kept');
    await expect(alice.composer).toBeEnabled();
    expect(await bob.record(conversation)).toEqual([]);

    await alice.context.setOffline(false);
    await expect(alice.banner).toBeHidden();
    await expect(bob.messages).toHaveCount(2);
    await alice.expectStatus('still in it', 'read');
    expect(await bob.record(conversation)).toEqual(['from the tunnel', 'still in it']);
  });

  test('what was written is still there after a reload, and goes out once', async ({ alice, bob }) => {
    const conversation = await alice.directWith(bob);
    await alice.visit(`/chats/${conversation}`);
    await expect(alice.composer).toBeVisible();
    // The API is down, the page itself can be had: as when a server restarts.
    await alice.page.route('**/rest/v1/**', (route) => route.abort());
    await alice.write('kept over a reload');
    await alice.expectStatus('kept over a reload', 'kept');
    await alice.page.reload();
    await alice.expectStatus('kept over a reload', 'kept');

    await alice.page.unroute('**/rest/v1/**');
    await alice.expectStatus('kept over a reload', 'sent').catch(() => alice.expectStatus('kept over a reload', 'delivered'));
    expect(await bob.record(conversation)).toEqual(['kept over a reload']);
  });

  test('a cold start shows what was seen last, at once, and what is written then goes out later', async ({ alice, bob }) => {
    const conversation = await alice.directWith(bob);
    await bob.says(conversation, 'one', 'two', 'seen last');
    await alice.visit(`/chats/${conversation}`);
    await expect(alice.message('seen last')).toBeVisible();
    await alice.page.evaluate(() => navigator.serviceWorker.ready);
    await alice.page.close();

    await alice.context.setOffline(true);
    const later = await alice.newTab();
    const start = Date.now();
    await later.visit('/chats');
    await expect(later.item(bob.credentials.name)).toContainText('seen last');
    await later.item(bob.credentials.name).click();
    await expect(later.message('seen last')).toBeVisible();
    test.info().annotations.push({ type: 'shown offline after', description: `${Date.now() - start} ms` });
    await expect(later.messages).toHaveCount(3);
    await later.write('from the tunnel');
    await later.expectStatus('from the tunnel', 'kept');

    await alice.context.setOffline(false);
    await expect.poll(() => bob.record(conversation)).toEqual(['one', 'two', 'seen last', 'from the tunnel']);
  });

  test('signing out asks before it throws messages away', async ({ alice, bob }) => {
    const conversation = await alice.directWith(bob);
    await alice.visit(`/chats/${conversation}`);
    await expect(alice.composer).toBeVisible();
    await alice.page.route('**/rest/v1/**', (route) => route.abort());
    await alice.write('not sent yet');
    await alice.expectStatus('not sent yet', 'kept');
    await alice.page.getByRole('link', { name: 'Profile and settings' }).click();
    await alice.page.getByRole('button', { name: 'Sign out' }).click();
    await expect(alice.page.getByRole('dialog', { name: 'Messages are waiting' })).toBeVisible();
    await alice.page.getByRole('button', { name: 'Stay' }).click();
    await alice.page.goBack();
    await expect(alice.message('not sent yet')).toBeVisible();
  });

  test('the app opens at once, though the session has expired and Auth cannot be had', async ({ alice, bob }) => {
    // auth-js gives up a refresh only after 25 seconds; then the next try is made.
    test.slow();
    const conversation = await alice.directWith(bob);
    await alice.visit('/');
    await alice.page.evaluate(() => {
      const session = JSON.parse(localStorage.getItem('parley.session')!) as { expires_at: number };
      localStorage.setItem('parley.session', JSON.stringify({ ...session, expires_at: 1 }));
    });
    await alice.page.route(/\/(auth|rest)\/v1\//, (route) => route.abort());
    await alice.visit(`/chats/${conversation}`);
    await expect(alice.composer).toBeEnabled({ timeout: 5_000 });
    await alice.write('before anything is there');
    await expect(alice.message('before anything is there')).toBeVisible();

    await alice.page.unroute(/\/(auth|rest)\/v1\//);
    await expect(alice.page.getByRole('heading', { level: 2, name: bob.credentials.name })).toBeVisible({ timeout: 60_000 });
    await expect.poll(() => bob.record(conversation), { timeout: 60_000 }).toEqual(['before anything is there']);
  });
});
