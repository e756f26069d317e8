import { randomUUID } from 'node:crypto';
import type { Locator } from '@playwright/test';
import { expectClean } from './support/axe.ts';
import { expect, test } from './support/people.ts';
import type { Person, Window } from './support/person.ts';

/** A small picture: a PNG of one red point. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64'
);

/** Something that nobody else here sells: all tests share one market. */
const newTitle = () => `Bicycle ${randomUUID().slice(0, 8)}`;

async function putUp(seller: Person, title: string): Promise<string> {
  const { data, error } = await seller.api
    .from('listings')
    .insert({ title, price_minor: 12_000, currency: 'EUR', status: 'active' })
    .select('id')
    .single<{ id: string }>();
  if (error) throw error;
  return data.id;
}

async function negotiation(buyer: Person, listingId: string): Promise<string> {
  const { data, error } = await buyer.api
    .rpc('start_negotiation', { listing_id: listingId })
    .select('id')
    .single<{ id: string }>();
  if (error) throw error;
  return data.id;
}

const confirm = ({ page }: Window, name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
const standing = ({ page }: Window): Locator => page.getByTestId('standing-offer');
const offers = ({ page }: Window): Locator => page.getByTestId('offers').getByRole('listitem');
const step = ({ page }: Window, name: string): Locator => page.locator(`[data-step="${name}"]`);

async function offer({ page }: Window, amount: string, button: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Amount in EUR' }).fill(amount);
  await page.getByRole('button', { name: button }).click();
}

test('somebody sells: with a picture, found by others', async ({ alice, bob }) => {
  const title = newTitle();
  await alice.visit('/market');
  await alice.page.getByRole('link', { name: 'Sell something' }).first().click();
  await alice.page.getByRole('textbox', { name: 'What is it?' }).fill(title);
  await alice.page.getByRole('textbox', { name: 'Price' }).fill('a lot');
  await alice.page.getByRole('textbox', { name: 'Description' }).fill('Green, three gears.\nOne careful owner.');
  await alice.page.getByLabel('Add').setInputFiles({ name: 'front.png', mimeType: 'image/png', buffer: PICTURE });
  await expect(alice.page.getByRole('img', { name: 'Picture 1' })).toBeVisible();
  await alice.page.getByRole('button', { name: 'Put on the market' }).click();
  await expect(alice.page.getByText('Write an amount, such as 12.50.')).toBeVisible();
  await alice.page.getByRole('textbox', { name: 'Price' }).fill('120');
  await alice.page.getByRole('button', { name: 'Put on the market' }).click();
  await expect(alice.page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await expect(alice.page.getByText('€120.00')).toBeVisible();

  await bob.visit('/market');
  await bob.page.getByRole('searchbox', { name: 'Search the market' }).fill(title);
  await bob.page.getByRole('link', { name: title }).click();
  await expect(bob.page.getByRole('img', { name: `${title}, picture 1` })).toHaveJSProperty('naturalWidth', 1);
  await expect(bob.page.getByText('One careful owner.')).toBeVisible();
});

test('what one sells is changed, and taken off the market', async ({ alice, bob }) => {
  const title = newTitle();
  const listing = await putUp(alice, title);
  await Promise.all([alice.visit(`/market/${listing}`), bob.visit(`/market/${listing}`)]);
  await alice.page.getByRole('link', { name: 'Edit' }).click();
  await alice.page.getByRole('textbox', { name: 'Price' }).fill('99.50');
  await alice.page.getByRole('button', { name: 'Save' }).click();
  await expect(alice.page.getByText('€99.50')).toBeVisible();
  await bob.page.reload();
  await expect(bob.page.getByText('€99.50')).toBeVisible();

  await alice.page.getByRole('button', { name: 'Withdraw' }).click();
  await confirm(alice, 'Withdraw');
  await expect(alice.page.getByText('Withdrawn')).toBeVisible();
  await bob.page.reload();
  await expect(bob.page.getByText('This listing is not there')).toBeVisible();
  await alice.visit('/market');
  await alice.page.getByRole('tab', { name: 'Yours' }).click();
  await expect(alice.page.getByRole('link', { name: title })).toContainText('Withdrawn');
});

test('a draft is for its seller alone until it is published', async ({ alice, bob }) => {
  const title = newTitle();
  await alice.visit('/market/new');
  await alice.page.getByRole('textbox', { name: 'What is it?' }).fill(title);
  await alice.page.getByRole('textbox', { name: 'Price' }).fill('5');
  await alice.page.getByRole('button', { name: 'Save as a draft' }).click();
  await alice.page.waitForURL(/\/market\/[0-9a-f-]{36}$/);
  await expect(alice.page.getByText('Draft', { exact: true })).toBeVisible();
  const address = new URL(alice.page.url()).pathname;
  await bob.visit(address);
  await expect(bob.page.getByText('This listing is not there')).toBeVisible();
  await alice.page.getByRole('button', { name: 'Put on the market' }).click();
  await expect(alice.page.getByText('For sale')).toBeVisible();
  await bob.page.reload();
  await expect(bob.page.getByRole('button', { name: 'Make an offer' })).toBeVisible();
});

test('the seller is written to, in a conversation that names what it is about', async ({ alice, bob }) => {
  const title = newTitle();
  await bob.visit(`/market/${await putUp(alice, title)}`);
  await bob.page.getByRole('button', { name: 'Message the seller' }).click();
  await expect(bob.page.getByTestId('trade-bar')).toContainText(title);
  await bob.write('Is it still there?');
  await alice.visit('/chats');
  await expect(alice.item(bob.credentials.name)).toContainText('Is it still there?');
  await bob.page.getByTestId('trade-bar').click();
  await expect(bob.page.getByRole('heading', { level: 1, name: title })).toBeVisible();
});

test('two people agree: offer, counter offer, deal, paid, received, and a log that nobody has changed', async ({
  alice,
  bob
}) => {
  const title = newTitle();
  await bob.visit(`/market/${await putUp(alice, title)}`);
  await bob.page.getByRole('button', { name: 'Make an offer' }).click();
  await offer(bob, '90', 'Make the offer');
  await expect(standing(bob)).toContainText('€90.00');
  await expect(standing(bob)).toContainText('in 2 days');

  await alice.visit('/chats');
  await alice.item(bob.credentials.name).click();
  await alice.page.getByTestId('trade-bar').click();
  await expect(standing(alice)).toContainText('The buyer offers');
  await alice.page.getByRole('button', { name: 'Counter', exact: true }).click();
  await offer(alice, '110.50', 'Counter with this');
  await expect(standing(alice)).toContainText('Your offer');

  // Live: nobody has reloaded.
  await expect(standing(bob)).toContainText('€110.50');
  await expect(offers(bob)).toHaveCount(2);
  await bob.page.getByRole('button', { name: 'Accept', exact: true }).click();
  await confirm(bob, 'Accept');
  await expect(bob.page.getByTestId('deal')).toContainText('€110.50');

  await expect(alice.page.getByTestId('deal')).toBeVisible();
  await alice.page.getByRole('button', { name: 'I have the money' }).click();
  await confirm(alice, 'I have the money');
  await expect(step(alice, 'paid')).toHaveAttribute('data-done', 'true');
  await expect(step(bob, 'paid')).toHaveAttribute('data-done', 'true');
  await bob.page.getByRole('button', { name: 'I have received it' }).click();
  await confirm(bob, 'I have received it');
  await expect(step(alice, 'completed')).toHaveAttribute('data-done', 'true');

  await bob.page.getByRole('button', { name: 'Check' }).click();
  await expect(bob.page.getByText('messages checked: nothing was changed.')).toBeVisible();
});

test('what is rejected or withdrawn is over, and can begin anew', async ({ alice, bob }) => {
  const listing = await putUp(alice, newTitle());
  const id = await negotiation(bob, listing);
  await Promise.all([alice.visit(`/chats/${id}/negotiation`), bob.visit(`/chats/${id}/negotiation`)]);
  await offer(bob, '10', 'Make the offer');
  await expect(standing(alice)).toContainText('€10.00');
  await alice.page.getByRole('button', { name: 'Reject' }).click();
  await confirm(alice, 'Reject');
  await expect(bob.page.getByTestId('negotiation-over')).toContainText('rejected');
  await bob.page.getByRole('button', { name: 'Negotiate again' }).click();
  await expect(bob.page.getByText('Nobody has made an offer yet')).toBeVisible();
  await offer(bob, '20', 'Make the offer');
  await bob.page.getByRole('button', { name: 'Withdraw' }).click();
  await confirm(bob, 'Withdraw');
  await expect(bob.page.getByTestId('negotiation-over')).toContainText('withdrawn');
});

test('a deal that comes to nothing puts the listing back', async ({ alice, bob }) => {
  const listing = await putUp(alice, newTitle());
  const id = await negotiation(bob, listing);
  await bob.visit(`/chats/${id}/negotiation`);
  await offer(bob, '100', 'Make the offer');
  await expect(standing(bob)).toBeVisible();
  await alice.visit(`/chats/${id}/negotiation`);
  await alice.page.getByRole('button', { name: 'Accept', exact: true }).click();
  await confirm(alice, 'Accept');
  await bob.page.getByRole('button', { name: 'Cancel the deal' }).click();
  await confirm(bob, 'Cancel the deal');
  await expect(step(alice, 'cancelled')).toHaveAttribute('data-done', 'true');
  await alice.visit(`/market/${listing}`);
  await expect(alice.page.getByText('For sale')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`axe finds nothing on the market, ${colorScheme}`, () => {
    test.use({ contextOptions: { colorScheme } });

    test('at a desk and at a telephone', async ({ aliceOnPhone: alice, bob }) => {
      const title = newTitle();
      const listing = await putUp(alice, title);
      const id = await negotiation(bob, listing);
      await alice.visit('/market');
      await expect(alice.page.getByRole('link', { name: title })).toBeVisible();
      await expectClean(alice.page, 'the market', colorScheme);
      await alice.visit(`/market/${listing}/edit`);
      await expect(alice.page.getByRole('textbox', { name: 'Price' })).toHaveValue('120.00');
      await expectClean(alice.page, 'editing a listing', colorScheme);
      await bob.visit(`/market/${listing}`);
      await expect(bob.page.getByRole('button', { name: 'Make an offer' })).toBeVisible();
      await expectClean(bob.page, 'a listing', colorScheme);
      await bob.visit(`/chats/${id}/negotiation`);
      await offer(bob, '90', 'Make the offer');
      await alice.visit(`/chats/${id}/negotiation`);
      await alice.page.getByRole('button', { name: 'Counter', exact: true }).click();
      await expect(alice.page.getByRole('button', { name: 'Counter with this' })).toBeVisible();
      await expectClean(alice.page, 'a negotiation', colorScheme);
    });
  });
}
