import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../supabase/embedded/ports.ts';
import { BUILD } from '../../supabase/embedded/web/build.ts';
import { startWeb, type WebConfig } from '../../supabase/embedded/web/server.ts';
import { expect, test } from './support/people.ts';
import { Person } from './support/person.ts';

test.use({ serviceWorkers: 'allow' });

test('a newer version is offered when it is there, and taken when the person says so', async ({ browser, stack }) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-app-'));
  // What is compressed beside a file would not change with it.
  await cp(BUILD, folder, { recursive: true, filter: (file) => !/\.(br|gz)$/.test(file) });
  const config = (await (await fetch(`${stack.webUrl}/config.json`)).json()) as WebConfig;
  const web = await startWeb({ port: await freePort(), config, folder });
  try {
    const alice = await Person.arrive(browser, { ...stack, webUrl: web.url }, 'Alice Okafor');
    const { page } = alice;
    const offer = page.getByText('A new version of Parley is ready.');
    await alice.visit('/chats');
    // The first worker of all serves from the next page on.
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(offer).toBeHidden();

    await appendFile(path.join(folder, 'service-worker.js'), '\n// A newer version.\n');
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await expect(offer).toBeVisible();
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Reload' }).click()]);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting)).toBeNull();
    await expect(offer).toBeHidden();
    await alice.context.close();
  } finally {
    await web.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test('what another app shares goes into the message of the conversation that is chosen', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  const { page } = alice;
  await alice.visit('/chats');
  await expect(alice.item(bob.credentials.name)).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready);

  // As the system does it: a form that is posted to the app.
  await page.evaluate(() => {
    const form = Object.assign(document.createElement('form'), {
      method: 'POST',
      action: '/share',
      enctype: 'multipart/form-data'
    });
    const fields = { title: 'The harbour', text: 'Look at this', url: 'https://example.org/harbour' };
    for (const [name, value] of Object.entries(fields))
      form.append(Object.assign(document.createElement('input'), { name, value }));
    const files = Object.assign(document.createElement('input'), { type: 'file', name: 'files' });
    const transfer = new DataTransfer();
    transfer.items.add(new File(['a plan'], 'plan.txt', { type: 'text/plain' }));
    files.files = transfer.files;
    form.append(files);
    document.body.append(form);
    form.submit();
  });
  await expect(page.getByRole('heading', { level: 1, name: 'Share' })).toBeVisible();
  await expect(page.getByTestId('shared')).toContainText('https://example.org/harbour');
  await expect(page.getByTestId('shared')).toContainText('1 file: plan.txt');
  await page.getByRole('button', { name: bob.credentials.name }).click();
  await expect(alice.composer).toHaveValue('The harbour\nLook at this\nhttps://example.org/harbour');
  await expect(page.getByTestId('staged')).toContainText('plan.txt');
  expect(await bob.record(conversation)).toEqual([]);

  await alice.visit('/share');
  await expect(page.getByText('Nothing to share')).toBeVisible();
});

test('without a network every place says what it has, and nothing loads for ever', async ({ alice, bob }) => {
  const opened = await alice.directWith(bob);
  const never = await alice.groupWith('Never opened', bob);
  await bob.says(opened, 'Seen');
  await bob.says(never, 'one', 'two', 'three');
  const { page } = alice;
  await alice.visit(`/chats/${opened}`);
  await expect(alice.message('Seen')).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await alice.context.setOffline(true);

  await alice.visit(`/chats/${never}`);
  await expect(page.getByText('The messages cannot be loaded now')).toBeVisible();
  await alice.visit('/chats/00000000-0000-4000-8000-000000000000');
  await expect(page.getByText('The messages cannot be loaded now')).toBeVisible();
  for (const place of ['/teams', '/market', '/notifications', '/settings/devices', `/people/${bob.id}`]) {
    await alice.visit(place);
    await expect(alice.banner, place).toBeVisible();
    await expect(page.locator('#main .animate-pulse'), place).toHaveCount(0);
  }
  await alice.visit('/nowhere');
  await expect(page.getByRole('heading', { level: 1, name: 'There is nothing here' })).toBeVisible();

  // What was kept is gone, as on a device where one has signed in and nothing else.
  await page.evaluate(async () => {
    for (const { name } of await indexedDB.databases())
      if (name !== 'parley-session') await new Promise((done) => (indexedDB.deleteDatabase(name!).onsuccess = done));
  });
  await alice.visit('/chats');
  await expect(page.getByRole('navigation', { name: 'Chats' }).getByText('The messages cannot be loaded now')).toBeVisible();
});
