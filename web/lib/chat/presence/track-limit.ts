/** Realtime closes a topic on which a client says more than 5 things about itself in 30 s. */
const WINDOW_MS = 30_000;
const MOST = 4;

/** How long to wait before saying something again, after having said something at these times. */
export function trackPauseMs(saidAt: readonly number[], now: number): number {
  const recent = saidAt.filter((at) => at > now - WINDOW_MS);
  const first = recent.at(-MOST);
  return first === undefined ? 0 : first + WINDOW_MS - now;
}
