/**
 * What clients may take. Limits of a single client are the hosted service's, so that what fails there fails here as well.
 * Limits of the whole project are off unless they are named: nothing here is shared with other projects. `HOSTED_LIMITS` are
 * those of a hosted project on the free plan, and of `supabase start`.
 */
import { z } from 'zod';

const count = z.int().positive();
/** Null: without limit. */
const rate = z.number().positive().nullable().default(null);

export const limitsSchema = z.object({
  /** Channels on one connection. */
  channelsPerClient: count.default(100),
  /** Connections with a channel. */
  connections: count.nullable().default(null),
  /** Connections of one person, by the token's `sub`. The hosted service has no such limit. */
  connectionsPerPerson: count.nullable().default(null),
  /** Averages over a minute (rates.ts), of all clients together. An event is a broadcast sent, and each delivery of one. */
  joinsPerSecond: rate,
  eventsPerSecond: rate,
  presencePerSecond: rate,
  /** Bytes of a broadcast's or a presence's payload. */
  payloadBytes: count.default(3_000_500),
  /** Bytes of a WebSocket message; a longer one closes the connection (1009). */
  frameBytes: count.default(5_000_000),
  /** Calls of track and untrack on a channel within the window. */
  presenceCalls: count.default(5),
  presenceWindowMs: count.default(30_000),
  /** New tokens that come faster on a channel are held back, and the newest takes effect when the time is over. */
  accessTokenEveryMs: z.int().nonnegative().default(0),
  /** Messages that a join may have replayed. */
  replayMessages: count.default(25),
  /** Seconds for which a client may have a message stored: as long as anything is. */
  persistSeconds: count.default(259_200),
  /** A channel that asked for `replication_ready` is closed when the stream from the database is not there after this long. */
  replicationReadyMs: count.default(60_000),
  /** A connection from which nothing is heard for this long is closed. Clients beat every 25 s. */
  idleMs: count.default(60_000),
  /** A connection without a channel is closed after this long. */
  emptyMs: count.default(600_000),
  /** Bytes that may wait for a slow reader before its connection is closed. */
  bufferedBytes: count.default(16_000_000)
});

export type Limits = z.infer<typeof limitsSchema>;

/** Source: TENANT_MAX_… and ACCESS_TOKEN_THROTTLE_MS of supabase/realtime, which `supabase start` leaves as they are. */
export const HOSTED_LIMITS = {
  connections: 200,
  joinsPerSecond: 100,
  eventsPerSecond: 100,
  presencePerSecond: 1_000,
  accessTokenEveryMs: 10_000
} satisfies Partial<Limits>;

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
