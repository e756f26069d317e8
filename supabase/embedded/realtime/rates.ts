/**
 * Rates a second of the whole project, averaged as the real server does: over the last minute, in buckets of which the running
 * one does not count. So a short burst passes, and a limit that is exceeded stays so until the average is below it again.
 */
import type { Limits } from './limits.ts';

const MINUTE_MS = 60_000;
const BUCKET_MS = 5_000;
const REQUESTS_BUCKET_MS = 1_000;

export class Rate {
  /** A second; null: without limit. */
  readonly limit: number | null;
  readonly #now: () => number;
  readonly #bucketMs: number;
  /** Complete buckets, the latest last. The first is empty, as the real server begins with one. */
  #buckets = [0];
  #running = 0;
  #endsAt: number;
  #average = 0;

  constructor(limit: number | null, now: () => number, bucketMs = BUCKET_MS) {
    this.limit = limit;
    this.#now = now;
    this.#bucketMs = bucketMs;
    this.#endsAt = now() + bucketMs;
  }

  /** What happened, in units of the limit. */
  add(count = 1): void {
    if (this.limit === null) return;
    this.#turn();
    this.#running += count;
  }

  /** A second, over the last minute. */
  get average(): number {
    this.#turn();
    return this.#average;
  }

  get reached(): boolean {
    return this.limit !== null && this.average >= this.limit;
  }

  /** Whether it would be exceeded by so many more at once. */
  exceededWith(more: number): boolean {
    return this.limit !== null && this.average + more > this.limit;
  }

  #turn(): void {
    const now = this.#now();
    if (now < this.#endsAt) return;
    const most = MINUTE_MS / this.#bucketMs;
    const passed = 1 + Math.floor((now - this.#endsAt) / this.#bucketMs);
    const empty = Math.min(passed - 1, most);
    this.#buckets = [...this.#buckets, this.#running, ...Array<number>(empty).fill(0)].slice(-most);
    this.#running = 0;
    this.#endsAt += passed * this.#bucketMs;
    const sum = this.#buckets.reduce((total, bucket) => total + bucket, 0);
    this.#average = sum / this.#buckets.length / (this.#bucketMs / 1_000);
  }
}

export interface Rates {
  joins: Rate;
  events: Rate;
  presence: Rate;
  /** HTTP requests; measured against the limit of events. */
  requests: Rate;
}

/** `now` gives milliseconds of a clock that never jumps. */
export function createRates(limits: Limits, now: () => number): Rates {
  return {
    joins: new Rate(limits.joinsPerSecond, now),
    events: new Rate(limits.eventsPerSecond, now),
    presence: new Rate(limits.presencePerSecond, now),
    requests: new Rate(limits.eventsPerSecond, now, REQUESTS_BUCKET_MS)
  };
}
