/** Two people, three devices: an encrypted conversation, compared, removed from a device, and read again on a new browser. */
import type { Browser } from '@playwright/test';
import { expectClean } from './support/axe.ts';
import { chooseCode, encryptionOf, setUp } from './support/encryption.ts';
import { expect, test } from './support/people.ts';
import { type Person, Window } from './support/person.ts';
import type { RunningStack } from './support/stack.ts';

/** Another browser of somebody. */
async function elsewhere(browser: Browser, stack: RunningStack, person: Person): Promise<Window> {
  const context = await browser.newContext();
  const window = new Window(await context.newPage(), stack.webUrl);
  await window.visit('/sign-in');
  await window.signIn(person.credentials);
  await window.visit('/settings/encryption');
  return window;
}

/** All that a page's databases hold, bytes as the text that they would be. */
async function everythingKept(): Promise<string> {
  const asked = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error!);
    });
  const all: unknown[] = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await asked(indexedDB.open(name!));
    for (const store of db.objectStoreNames) all.push(await asked(db.transaction(store).objectStore(store).getAll()));
    db.close();
  }
  return JSON.stringify(all, (_key, value: unknown) =>
    ArrayBuffer.isView(value) ? new TextDecoder('latin1').decode(value as Uint8Array) : value
  );
}

const numberOn = ({ page }: Window) => page.getByTestId('compare-number');
const groups = (text: string | null) => (text ?? '').trim().split(/\s+/);

test('an encrypted conversation is read by its people on their devices, and by nobody else', async ({
  alice,
  bob,
  browser,
  stack
}) => {
  test.setTimeout(120_000);
  const id = await alice.directWith(bob);
  const code = await setUp(alice);
  await expectClean(alice.page, 'encryption');
  await setUp(bob);

  await alice.visit(`/chats/${id}`);
  await bob.visit(`/chats/${id}`);
  await encryptionOf(alice);
  await expectClean(alice.page, 'turning on encryption');
  await alice.page.getByRole('button', { name: 'Turn on encryption' }).click();
  await expect(bob.page.getByRole('heading', { level: 2 }).getByRole('img', { name: /Encrypted/ })).toBeVisible();
  await alice.write('The treasure lies under the oak');
  await expect(bob.message('The treasure lies under the oak')).toBeVisible();
  await bob.write('Which oak?');
  await expect(alice.message('Which oak?')).toBeVisible();
  expect((await alice.record(id)).join('')).toBe('');

  // Found on the device, where it lies so that only this browser reads it.
  await bob.visit('/search?q=treas');
  await expect(bob.page.getByTestId('found').filter({ hasText: 'Found on this device' })).toHaveText(/under the oak/);
  await expectClean(bob.page, 'search, found on this device');
  await bob.visit(`/search?q=treas&in=${id}`);
  await bob.page.getByRole('button', { name: 'Search further back' }).click();
  await expect(bob.page.getByText('Searched to the beginning.')).toBeVisible();
  expect(await bob.page.evaluate(everythingKept)).not.toContain('treasure');
  await bob.page.getByTestId('found').click();
  await expect(bob.message('The treasure lies under the oak')).toBeVisible();

  // Compared: the same number on both screens.
  await encryptionOf(alice);
  await encryptionOf(bob);
  const number = await numberOn(alice).textContent();
  expect(groups(number)).toHaveLength(12);
  await expect(numberOn(bob)).toHaveText(number!);
  await alice.page.getByRole('button', { name: 'It is the same' }).click();
  await expect(alice.page.getByText('You have compared it.')).toBeVisible();
  await expectClean(alice.page, 'safety number');
  for (const { page } of [alice, bob]) await page.keyboard.press('Escape');

  // A second browser, let in by the first.
  const second = await elsewhere(browser, stack, alice);
  await second.page.getByRole('button', { name: 'Ask another device' }).click();
  await alice.visit('/settings/encryption');
  const request = alice.page.getByTestId('device-request');
  await expect(request.getByTestId('compare-number')).toHaveText((await numberOn(second).textContent())!);
  await request.getByRole('button', { name: 'The same: let it in' }).click();
  await second.page.getByRole('button', { name: 'It is the same' }).click();
  await expect(second.page.getByTestId('key-device')).toHaveCount(2);
  await second.visit(`/chats/${id}`);
  await expect(second.message('The treasure lies under the oak')).toBeVisible();

  // It is removed, and what opened the backup is replaced.
  await alice.page.reload();
  await alice.page.getByRole('button', { name: 'Remove', exact: true }).click();
  const fresh = await chooseCode(alice.page);
  await expect(alice.page.getByTestId('key-device')).toHaveCount(1);
  await bob.write('Only for those who are left');
  await expect(second.message('This device does not have the key of this message')).toBeVisible();
  await expect(second.page.getByTestId('composer-closed')).toBeVisible();

  // All browsers are lost; a new one opens the backup.
  const third = await elsewhere(browser, stack, alice);
  await third.page.getByLabel('Recovery code or passphrase').fill(code);
  await third.page.getByRole('button', { name: 'Open the backup' }).click();
  await expect(third.page.getByText('This does not open your backup.')).toBeVisible();
  await third.page.getByLabel('Recovery code or passphrase').fill(fresh);
  await third.page.getByRole('button', { name: 'Open the backup' }).click();
  await expect(third.page.getByText('This device', { exact: true })).toBeVisible();
  await third.visit(`/chats/${id}`);
  await expect(third.message('Which oak?')).toBeVisible();
  await third.write('Found it');
  await expect(bob.message('Found it')).toBeVisible();
  await expect(bob.page.getByTestId('notice').filter({ hasText: 'Alice' }).first()).toBeVisible();
  for (const window of [second, third]) await window.page.context().close();
});
