/** Ends a channel when its token does. */
import type { Claims, Tokens } from '../tokens.ts';

/** Timers cannot be set further ahead than about 24 days; a token of ten years is looked at again now and then. */
const LOOK_AGAIN_MS = 300_000;

export class Expiry {
  readonly #onExpired: (reason: string) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(onExpired: (reason: string) => void) {
    this.#onExpired = onExpired;
  }

  /** Forgets the token before. */
  watch(claims: Claims, tokens: Tokens): void {
    this.cancel();
    const left = tokens.remainingMs(claims);
    if (left <= 0) return this.#onExpired(`Token has expired ${-left / 1000} seconds ago`);
    this.#timer = setTimeout(() => this.watch(claims, tokens), Math.min(left, LOOK_AGAIN_MS)).unref();
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}
