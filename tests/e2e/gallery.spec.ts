import type { Page } from '@playwright/test';
import { expect, test } from './support/people.ts';
import type { RunningStack } from './support/stack.ts';

/*
 * The pictures are those of Chromium on Linux with the app's own font; emoji are Noto's. After a change that is meant to be seen:
 *
 *     npx playwright test -c tests/e2e/playwright.config.ts gallery --update-snapshots
 *
 * Look at each picture that changed before it is committed.
 */
test.skip(process.platform !== 'linux', 'elsewhere letters are drawn otherwise');

/** A Monday noon: no greeting, day or "5 minutes ago" depends on when the test runs. */
const NOON = new Date('2026-03-02T12:00:00Z');
const PHONE = { width: 390, height: 844 };

const SHELVES = ['Controls', 'Fields', 'People', 'States', 'Frames', 'Messages', 'Texts', 'Files', 'Parts of a chat', 'Overlays'];
/** What is laid out otherwise elsewhere. */
const TELLING = ['Messages', 'Parts of a chat'];

async function openGallery(page: Page, stack: RunningStack, query = ''): Promise<void> {
  await page.clock.setFixedTime(NOON);
  await page.goto(`${stack.webUrl}/gallery${query}`);
  await expect(page.locator('[data-shelf]')).toHaveCount(SHELVES.length);
  await page.evaluate(() => document.fonts.ready);
}

async function expectShelves(page: Page, look: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const shelf = page.locator(`[data-shelf="${name}"]`);
    await expect.soft(shelf).toHaveScreenshot(`${look}-${name.toLowerCase().replaceAll(' ', '-')}.png`);
  }
}

test('the gallery looks as it did: light, dark, in high contrast', async ({ page, stack }) => {
  await openGallery(page, stack);
  await expectShelves(page, 'light', SHELVES);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectShelves(page, 'dark', ['Controls', 'Messages']);
  await page.emulateMedia({ colorScheme: 'light', contrast: 'more' });
  await expectShelves(page, 'contrast', ['Controls', 'Messages']);
});

test('the gallery looks as it did: from right to left', async ({ page, stack }) => {
  await openGallery(page, stack, '?language=en-XB');
  await expectShelves(page, 'right-to-left', TELLING);
});

test('the gallery looks as it did: on a phone', async ({ page, stack }) => {
  // Without a finger: a picture of what is higher than the window is taken as if there were none.
  await page.setViewportSize(PHONE);
  await openGallery(page, stack);
  await expectShelves(page, 'phone', TELLING);
});

test('screens that are the same for everybody look as they did', async ({ page, stack, alice }) => {
  for (const path of ['/sign-in', '/nowhere']) {
    await page.goto(stack.webUrl + path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.evaluate(() => document.fonts.ready);
    await expect.soft(page).toHaveScreenshot(`screen-${path.slice(1)}.png`);
  }
  await alice.page.emulateMedia({ colorScheme: 'dark' });
  for (const path of ['/chats', '/settings/appearance']) {
    await alice.visit(path);
    await expect(alice.page.getByRole('heading', { level: 1 })).toBeVisible();
    // The colour that stands for a person comes from an id.
    const mask = [alice.page.locator('nav .person-hue')];
    await expect.soft(alice.page).toHaveScreenshot(`screen-${path.slice(1).replace('/', '-')}.png`, { mask });
  }
});
