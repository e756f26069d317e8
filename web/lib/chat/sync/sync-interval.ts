/*
 * How often to ask sync() unasked. Live: rarely, only to find what the live events may have lost at the very end of a conversation,
 * where no later event shows the gap. Polling: often while something happens, seldom while nothing does. One tab asks for all: the one
 * that leads, or the one that is looked at while that is hidden, as browsers give hidden tabs no time.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export type Circumstances = {
  readonly live: boolean;
  readonly visible: boolean;
  readonly leads: boolean;
  /** Since a message came or went. */
  readonly quietMs: number;
};

/** So much later than the one that leads, which is heard by then. */
const FOLLOWER_MS = SECOND;

export function syncIntervalMs({ leads, ...circumstances }: Circumstances): number {
  return intervalMs(circumstances) + (leads ? 0 : FOLLOWER_MS);
}

function intervalMs({ live, visible, quietMs }: Omit<Circumstances, 'leads'>): number {
  if (live) return visible ? 2 * MINUTE : 10 * MINUTE;
  if (!visible) return 30 * SECOND;
  if (quietMs < 30 * SECOND) return 2 * SECOND;
  return quietMs < 5 * MINUTE ? 5 * SECOND : 15 * SECOND;
}
