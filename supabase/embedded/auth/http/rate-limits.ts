/** A bucket holds as many tokens as a period allows and fills evenly: a burst is fine, a stream is not. */
interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Beyond so many keys the full buckets are forgotten, which changes nothing for their owners. */
const MAX_KEYS = 10_000;

export class RateLimit {
  readonly #perPeriod: number | undefined;
  readonly #periodMs: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** Without a number nothing is limited. */
  constructor(perPeriod: number | undefined, periodMs: number, now: () => number = Date.now) {
    this.#perPeriod = perPeriod;
    this.#periodMs = periodMs;
    this.#now = now;
  }

  /** Takes one token; false when there is none. */
  allows(key: string): boolean {
    if (this.#perPeriod === undefined) return true;
    const bucket = this.#filled(key);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  /** How many callers are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  #filled(key: string): Bucket {
    const now = this.#now();
    const known = this.#buckets.get(key);
    if (known === undefined) {
      if (this.#buckets.size >= MAX_KEYS) this.#forgetFull(now);
      const fresh = { tokens: this.#perPeriod!, filledAt: now };
      this.#buckets.set(key, fresh);
      return fresh;
    }
    known.tokens = this.#tokensAt(known, now);
    known.filledAt = now;
    return known;
  }

  #tokensAt(bucket: Bucket, now: number): number {
    return Math.min(this.#perPeriod!, bucket.tokens + ((now - bucket.filledAt) / this.#periodMs) * this.#perPeriod!);
  }

  #forgetFull(now: number): void {
    for (const [key, bucket] of this.#buckets) if (this.#tokensAt(bucket, now) >= this.#perPeriod!) this.#buckets.delete(key);
  }
}
