import { byAge, wishKey, type Wish } from './wish.ts';

/**
 * What this client knows of a wish.
 *
 *   saving ──→ waiting ──→ sending ──→ granted ──→ (forgotten once what it made has come)
 *                 ▲           │
 *                 └── failed ─┘
 *
 * `foreign`: another tab sees to it; here it is only shown.
 */
export type WishItem = {
  readonly wish: Wish;
  readonly state: 'saving' | 'waiting' | 'sending' | 'granted' | 'foreign';
  /** The revision of what it made, once it is granted. */
  readonly revision: number | null;
};

/** What to ask for now, and when to look again if nothing else happens. One at a time: they change the same few rows. */
export function nextWish(
  items: readonly WishItem[],
  now: number,
  pausedUntil: number
): { next: WishItem | null; wakeAt: number | null } {
  if (items.some(({ state }) => state === 'sending')) return { next: null, wakeAt: null };
  let wakeAt: number | null = null;
  for (const item of items) {
    if (item.state !== 'waiting' || item.wish.isRefused) continue;
    const at = Math.max(item.wish.dueAt, pausedUntil);
    if (at <= now) return { next: item, wakeAt: null };
    wakeAt = Math.min(at, wakeAt ?? Infinity);
  }
  return { next: null, wakeAt };
}

/** What a newer wish leaves nothing to do for. What is being asked for is not called back. */
export function replacedBy(items: readonly WishItem[], wish: Wish): WishItem[] {
  const key = wishKey(wish.asked);
  if (key === null) return [];
  return items.filter((item) => {
    const isOpen = item.state === 'waiting' || item.state === 'saving' || item.state === 'foreign';
    return isOpen && wishKey(item.wish.asked) === key && byAge(item.wish, wish) < 0;
  });
}

/** What was granted and has come. */
export const settledAt = (items: readonly WishItem[], cursor: number): WishItem[] =>
  items.filter(({ revision }) => revision !== null && revision <= cursor);
