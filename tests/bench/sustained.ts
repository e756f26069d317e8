import { applyLoad, type LoadResult } from './load.ts';
import type { Pairs } from './pairs.ts';

const LIMIT_P99_MS = 1_000;
/** The search ends when the best rate is known to this share. */
const PRECISION = 0.1;

const holds = ({ lost, refused, arrived }: LoadResult) => lost === 0 && refused === 0 && arrived.p99 < LIMIT_P99_MS;

/** The highest rate that is held for `seconds` with p99 below a second and nothing lost: doubled until it fails, then halved in between. */
export async function highestSustained(
  pairs: Pairs,
  from: number,
  seconds: number,
  onTry: (result: LoadResult) => void
): Promise<LoadResult | undefined> {
  let best: LoadResult | undefined;
  let failed = Number.POSITIVE_INFINITY;
  let rate = from;
  while (failed / (best?.rate ?? 1) > 1 + PRECISION && rate >= 1) {
    const result = await applyLoad(pairs, rate, seconds);
    onTry(result);
    if (holds(result)) best = result;
    else failed = rate;
    rate = Math.round(failed === Number.POSITIVE_INFINITY ? rate * 2 : (failed + (best?.rate ?? 0)) / 2);
  }
  return best;
}
