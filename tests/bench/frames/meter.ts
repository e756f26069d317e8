import type { Page } from '@playwright/test';
import { begin, end } from './in-page.js';

/** Milliseconds between frames, and what each interaction took until it was painted. */
export type Measured = { readonly frames: readonly number[]; readonly interactions: readonly number[] };

/** A browser tells of interactions that take longer, in steps of 8 ms. The others are counted, and taken for this. */
const TOLD_FROM_MS = 16;

/** What a page's frames and interactions take while something is done there, which must not lead to another document. */
export async function measure(page: Page, act: () => Promise<void>): Promise<Measured> {
  await page.evaluate(begin, TOLD_FROM_MS);
  await act();
  return page.evaluate(end, TOLD_FROM_MS);
}
