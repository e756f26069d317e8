import { readFile } from 'node:fs/promises';
import { expectClean } from './support/axe.ts';
import { expect, test } from './support/people.ts';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

test('a picture of oneself is shown to others, and taken away', async ({ alice, bob }) => {
  const { page } = alice;
  await bob.directWith(alice);
  await alice.visit('/settings/profile');
  await expectClean(page, 'profile');
  await page
    .getByLabel('Picture', { exact: true })
    .setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: Buffer.from(PIXEL, 'base64') });
  await expect(page.getByText('Your picture is saved.')).toBeVisible();
  await bob.visit('/chats');
  await expect(bob.item(alice.credentials.name).locator('img')).toHaveAttribute('src', /\/avatars\//);
  await page.getByLabel('Picture', { exact: true }).setInputFiles({
    name: 'me.png',
    mimeType: 'image/png',
    buffer: Buffer.from('no picture')
  });
  await expect(page.getByText('This file is no picture that can be read.')).toBeVisible();
  await page.getByRole('button', { name: 'Remove the picture' }).click();
  await expect(page.getByText('Your picture is removed.')).toBeVisible();
});

test('privacy: who hides is not seen, and not found by a part of the name', async ({ alice, bob }) => {
  const { page } = alice;
  await bob.directWith(alice);
  await alice.visit('/settings/privacy');
  await expect(page.getByRole('switch', { name: 'Others see when you are there' })).toBeChecked();
  await page.getByText('Others see when you are there').click();
  await page.getByText('Others find you').click();
  await expect(page.getByRole('switch', { name: 'Others find you' })).not.toBeChecked();
  await expectClean(page, 'privacy');
  await expect
    .poll(async () => (await bob.api.rpc('presence', { user_ids: [alice.id] })).data)
    .toMatchObject([{ status: 'offline', last_seen_at: null }]);
  expect((await bob.api.rpc('search_users', { query: alice.credentials.handle.slice(0, -1) })).data).toEqual([]);
  await page.reload();
  await expect(page.getByRole('switch', { name: 'Others see when you are there' })).not.toBeChecked();
});

test('devices: all places are listed, and signed out of', async ({ alice }) => {
  const { page } = alice;
  await alice.visit('/settings/devices');
  const places = page.getByTestId('sign-in');
  await expect(places.first()).toContainText('This device');
  await expect(places).toHaveCount(2);
  await expectClean(page, 'devices');
  await places.last().getByRole('button').click();
  await expect(places).toHaveCount(1);
  expect((await alice.api.rpc('my_sessions')).data).toMatchObject([{ is_current: true }]);
});

test('the account: another password, one’s data, and its end', async ({ alice, bob }) => {
  test.slow();
  const { page } = alice;
  await bob.directWith(alice);
  await alice.visit('/settings/account');
  await expectClean(page, 'account');

  await page.getByLabel('New password').fill('a much longer secret');
  await page.getByLabel('Once more').fill('another');
  await expect(page.getByText('The two are not the same.')).toBeVisible();
  await page.getByLabel('Once more').fill('a much longer secret');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByText('Your password is changed.')).toBeVisible();
  const { error } = await bob.api.auth.signInWithPassword({
    email: alice.credentials.email,
    password: alice.credentials.password
  });
  expect(error?.code).toBe('invalid_credentials');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download your data' }).click()
  ]);
  expect(download.suggestedFilename()).toMatch(/^parley-\d{4}-\d{2}-\d{2}\.json$/);
  const all = JSON.parse(await readFile(await download.path(), 'utf8')) as Record<string, unknown[]>;
  expect(all['profile']).toMatchObject([{ email: alice.credentials.email }]);
  expect(all['memberships']).toHaveLength(1);

  await page.getByRole('button', { name: 'Delete the account' }).click();
  const go = page.getByRole('button', { name: 'Delete my account' });
  await expect(go).toBeDisabled();
  await expectClean(page, 'delete?');
  await page.getByLabel('Type your handle').fill(`@${alice.credentials.handle}`);
  await go.click();
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
  expect((await bob.api.from('profiles').select('id').eq('id', alice.id)).data).toEqual([]);
});

test('e-mail: mails to both addresses are announced', async ({ alice }) => {
  await alice.visit('/settings/account');
  await alice.page.getByLabel('New e-mail address').fill(`new_${alice.credentials.email}`);
  await alice.page.getByRole('button', { name: 'Change the address' }).click();
  await expect(alice.page.getByText('Two mails are on their way')).toBeVisible();
});
