import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** How a screen is looked at: whole, or the same screen in other colours, of which nothing else has to be looked at again. */
export type Look = 'light' | 'dark' | 'contrast';

const colours = { dark: 'color-contrast', contrast: 'color-contrast-enhanced' } as const;

/** Axe finds nothing on what is on screen now, or in the part of it that `within` selects. */
export async function expectClean(page: Page, screen: string, look: Look = 'light', within?: string): Promise<void> {
  await expect(page.locator('h1').first(), screen).toBeAttached();
  // Colours are those of a screen at rest.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
        // In what is not shown, such as closed details, time does not pass.
        .filter(({ effect }) => effect instanceof KeyframeEffect && effect.target?.checkVisibility())
        // One that is cancelled is over too.
        .map((one) => one.finished.catch(() => undefined))
    )
  );
  const axe = new AxeBuilder({ page });
  if (within) axe.include(within);
  const { violations } = await (look === 'light' ? axe.withTags(RULES) : axe.withRules([colours[look]])).analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary})`).join('\n')}`
  );
  expect(found, `${screen}, ${look}`).toEqual([]);
}
