import { chromium } from '@playwright/test';
import { photograph } from './support/files.ts';
import { expect, test } from './support/people.ts';
import { Window } from './support/person.ts';

test.use({ serviceWorkers: 'allow' });

/** Only a lasting profile may sync in the background, and it has one context. */
test('what was written without a network is sent when there is one again, with no tab open', async ({
  alice,
  bob,
  stack
}, info) => {
  test.slow();
  const { launchOptions, locale, timezoneId } = info.project.use;
  const context = await chromium.launchPersistentContext(info.outputPath('profile'), { ...launchOptions, locale, timezoneId });
  try {
    await context.grantPermissions(['background-sync'], { origin: stack.webUrl });
    const tab = new Window(await context.newPage(), stack.webUrl);
    await tab.visit('/sign-in');
    await tab.signIn(alice.credentials);
    const conversation = await alice.directWith(bob);
    await tab.visit(`/chats/${conversation}`);
    await expect(tab.composer).toBeVisible();
    await tab.page.evaluate(() => navigator.serviceWorker.ready);

    await context.setOffline(true);
    await tab.write('from the tunnel');
    await tab.page.getByTestId('file-picker').setInputFiles(await photograph(tab.page, 'tunnel.jpg', 64, 48));
    await tab.write('with a picture');
    await tab.expectStatus('with a picture', 'kept');
    const tags = () =>
      tab.page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        return (registration as unknown as { sync: { getTags(): Promise<string[]> } }).sync.getTags();
      });
    await expect.poll(tags).toEqual(['outbox']);
    await tab.page.close();
    expect(await bob.record(conversation)).toEqual([]);

    await context.setOffline(false);
    await expect.poll(() => bob.record(conversation), { timeout: 60_000 }).toEqual(['from the tunnel', 'with a picture']);
    const { data } = await bob.api
      .from('messages')
      .select('attachments')
      .eq('conversation_id', conversation)
      .eq('seq', 2)
      .single();
    expect(data!.attachments).toMatchObject([{ name: 'tunnel.jpg', width: 64, height: 48 }]);

    // Nothing is left of it on the device.
    const later = new Window(await context.newPage(), stack.webUrl);
    await later.visit(`/chats/${conversation}`);
    await expect(later.messages).toHaveCount(2);
    await expect(later.status('from the tunnel')).not.toHaveAttribute('data-status', 'kept');
  } finally {
    await context.close();
  }
});
