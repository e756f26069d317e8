import type { Page } from '@playwright/test';
import { expectClean } from './support/axe.ts';
import { outOfReach, smallTargets } from './support/layout.ts';
import { expect, test } from './support/people.ts';
import type { Person } from './support/person.ts';

/** 200 % of a window of 1280 × 800. */
const ZOOMED = { width: 640, height: 400 };

/** Every place of the app. */
const SCREENS = [
  '/chats',
  '/notifications',
  '/teams',
  '/people',
  '/market',
  '/market/new',
  '/search',
  '/settings',
  '/settings/profile',
  '/settings/notifications',
  '/settings/privacy',
  '/settings/devices',
  '/settings/account',
  '/settings/appearance',
  '/settings/language'
];

/** A person's screens with something on them: a conversation with each kind of mark, a group, a team. */
async function furnish(person: Person, other: Person): Promise<string[]> {
  const direct = await other.directWith(person);
  await other.says(direct, 'Hello', '**Bold**, `code` and https://example.org/a/rather/long/address', '👋');
  const group = await person.groupWith('Harbour café', other);
  await other.says(
    group,
    'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(3),
    `Is that yours, @${person.credentials.handle}?`
  );
  return [`/chats/${direct}`, `/chats/${group}`];
}

async function openScreen(person: Person, path: string): Promise<void> {
  await person.visit(path);
  const { page } = person;
  await expect(page.locator('#main').getByRole('heading').first()).toBeVisible();
  await expect(page.locator('#main [role="status"].animate-pulse, #main .animate-pulse')).toHaveCount(0);
  if (path.startsWith('/chats/')) await expect(person.messages.first()).toBeVisible();
}

/** Looks at a screen in each of the given ways; says which did not hold. */
async function faultsOf(page: Page, path: string, looks: Record<string, (page: Page) => Promise<string[]>>): Promise<string[]> {
  const found: string[] = [];
  for (const [name, look] of Object.entries(looks))
    for (const fault of await look(page)) found.push(`${path}, ${name}: ${fault}`);
  return found;
}

test('every screen fits a phone, its buttons a finger, and its colours who needs more contrast', async ({
  aliceOnPhone,
  bob
}) => {
  test.slow();
  const paths = [...SCREENS, ...(await furnish(aliceOnPhone, bob))];
  const faults: string[] = [];
  const { page } = aliceOnPhone;
  for (const path of paths) {
    await openScreen(aliceOnPhone, path);
    await expectClean(page, `${path} on a phone`);
    await page.emulateMedia({ contrast: 'more' });
    await expectClean(page, `${path} in high contrast`, 'contrast');
    await page.emulateMedia({ contrast: 'no-preference' });
    faults.push(...(await faultsOf(page, path, { reach: outOfReach, size: smallTargets })));
  }
  expect(faults).toEqual([]);
  console.log(`axe: nothing on ${paths.length} screens, on a phone and in high contrast`);
});

test('every screen can be used at 200 %, in two directions of writing', async ({ alice, bob }) => {
  test.slow();
  const paths = [...SCREENS, ...(await furnish(alice, bob))];
  const { page } = alice;
  await page.setViewportSize(ZOOMED);
  const faults: string[] = [];
  for (const path of paths) {
    await openScreen(alice, path);
    faults.push(...(await faultsOf(page, path, { 'at 200 %': outOfReach })));
  }
  await page.evaluate(() => localStorage.setItem('parley.language', 'en-XB'));
  for (const path of paths) {
    await openScreen(alice, path);
    await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
    faults.push(...(await faultsOf(page, path, { 'from right to left': outOfReach })));
  }
  expect(faults).toEqual([]);
});
