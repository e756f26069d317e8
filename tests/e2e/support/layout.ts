import type { Page } from '@playwright/test';

/** Pixels that a finger finds (WCAG 2.5.5). */
const TARGET = 44;

/** What of a page does not fit its window: it scrolls sideways, or something on it cannot be brought into sight or is covered. */
export function outOfReach(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth} px wide in a window of ${clientWidth} px`);
    const SLACK = 1;
    for (const one of document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, [role="tab"]')) {
      const style = getComputedStyle(one);
      if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('.sr-only, [inert], [aria-hidden="true"]')) continue;
      // For keys only, where there are no pointers that hover.
      if (style.pointerEvents === 'none') continue;
      // One that appears when it is focused, and one that a label stands for.
      if (style.position === 'fixed' && one.matches('a[href="#main"]')) continue;
      const target = one.matches('.sr-only, [type="checkbox"], [type="radio"]') ? (one.closest('label') ?? one) : one;
      target.scrollIntoView({ block: 'center', inline: 'nearest' });
      const { left, right, top, bottom, width, height } = target.getBoundingClientRect();
      const name = `${one.tagName.toLowerCase()} “${(one.getAttribute('aria-label') ?? one.textContent.trim()).slice(0, 40)}”`;
      if (left < -SLACK || right > innerWidth + SLACK)
        faults.push(`${name} is cut: ${Math.round(left)} to ${Math.round(right)} px`);
      else if (top < -SLACK || (bottom > innerHeight + SLACK && height < innerHeight))
        faults.push(`${name} is out of sight: ${Math.round(top)} to ${Math.round(bottom)} px`);
      else {
        const x = left + width / 2;
        const y = top + Math.min(height, innerHeight) / 2;
        const there = document.elementFromPoint(x, y);
        if (!there || !(target.contains(there) || there.contains(target))) faults.push(`${name} is covered`);
      }
    }
    return faults;
  });
}

/** Buttons and links on a page that are too small for a finger. Links within a text are as high as the text. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const inText = (one: Element) => one.matches('a') && one.closest('p, li > span, blockquote') !== null;
    const small: string[] = [];
    for (const one of document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, [role="tab"]')) {
      if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('[inert], [aria-hidden="true"]') || inText(one))
        continue;
      if (one.matches('a[href="#main"], :disabled')) continue;
      const target = one.closest('label') ?? one;
      const { width, height } = target.getBoundingClientRect();
      if (Math.round(width) >= least && Math.round(height) >= least) continue;
      const name = one.getAttribute('aria-label') ?? one.textContent.trim().slice(0, 40);
      small.push(`${one.tagName.toLowerCase()} “${name}”: ${Math.round(width)} × ${Math.round(height)}`);
    }
    return small;
  }, TARGET);
}
