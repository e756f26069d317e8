/*
 * How often to ask sync() unasked. Live: rarely, only to find what the live events may have lost at the very end of a conversation,
 * where no later event shows the gap. Polling: often while something happens, seldom while nothing does.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export type Circumstances = {
  readonly live: boolean;
  readonly visible: boolean;
  /** Since a message came or went. */
  readonly quietMs: number;
};

export function syncIntervalMs({ live, visible, quietMs }: Circumstances): number {
  if (live) return visible ? 2 * MINUTE : 10 * MINUTE;
  if (!visible) return 30 * SECOND;
  if (quietMs < 30 * SECOND) return 2 * SECOND;
  return quietMs < 5 * MINUTE ? 5 * SECOND : 15 * SECOND;
}
