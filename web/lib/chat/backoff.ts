const FIRST_MS = 1_000;
const MAX_MS = 30_000;

/**
 * How long to wait after the n-th failure in a row (1, 2, …): twice as long each time up to half a minute, with the upper half of it
 * left to chance, so that clients that failed together do not come back together.
 */
export function backoffMs(failures: number, random: () => number, firstMs = FIRST_MS, maxMs = MAX_MS): number {
  const full = Math.min(maxMs, firstMs * 2 ** (Math.max(1, failures) - 1));
  return Math.round(full / 2 + (random() * full) / 2);
}
