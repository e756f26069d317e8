import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Axe finds nothing on what is on screen now. Dark is the same page in other colours: only those are looked at. */
export async function expectClean(page: Page, screen: string, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  await expect(page.locator('h1').first(), screen).toBeAttached();
  // Colours are those of a screen at rest.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
        // One that is cancelled is over too.
        .map((one) => one.finished.catch(() => undefined))
    )
  );
  const axe = new AxeBuilder({ page });
  const { violations } = await (colorScheme === 'light' ? axe.withTags(RULES) : axe.withRules(['color-contrast'])).analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary})`).join('\n')}`
  );
  expect(found, screen).toEqual([]);
}
