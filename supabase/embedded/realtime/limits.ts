/** What one client may take. The defaults are the hosted service's, so that what fails there fails here as well. */
import { z } from 'zod';

export const limitsSchema = z.object({
  /** Channels on one connection. */
  channelsPerClient: z.int().positive().default(100),
  /** Bytes of a broadcast's or a presence's payload. */
  payloadBytes: z.int().positive().default(3_000_500),
  /** Bytes of a WebSocket message; a longer one closes the connection (1009). */
  frameBytes: z.int().positive().default(5_000_000),
  /** Calls of track and untrack on a channel within the window. */
  presenceCalls: z.int().positive().default(5),
  presenceWindowMs: z.int().positive().default(30_000),
  /** Messages that a join may have replayed. */
  replayMessages: z.int().positive().default(25),
  /** A connection from which nothing is heard for this long is closed. Clients beat every 25 s. */
  idleMs: z.int().positive().default(60_000),
  /** A connection without a channel is closed after this long. */
  emptyMs: z.int().positive().default(600_000),
  /** Bytes that may wait for a slow reader before its connection is closed. */
  bufferedBytes: z.int().positive().default(16_000_000)
});

export type Limits = z.infer<typeof limitsSchema>;

/** Counts calls in windows that begin with the first call after the last one ended. */
export class WindowLimit {
  readonly #calls: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  #count = 0;
  #resetAt = 0;

  constructor(calls: number, windowMs: number, now: () => number = () => performance.now()) {
    this.#calls = calls;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** Counts one call. False when it is one too many. */
  take(): boolean {
    const now = this.#now();
    if (now > this.#resetAt) {
      this.#resetAt = now + this.#windowMs;
      this.#count = 0;
    }
    if (this.#count >= this.#calls) return false;
    this.#count += 1;
    return true;
  }
}
