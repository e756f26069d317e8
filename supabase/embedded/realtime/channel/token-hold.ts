/** Holds back new tokens that come too fast: the first is taken at once, and then the newest when the time is over. */

export class TokenHold {
  readonly #everyMs: number;
  readonly #now: () => number;
  readonly #onOver: (token: string) => void;
  #takenAt: number | undefined;
  #held: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `onOver` is called with the token that was held back when it may take effect. */
  constructor(everyMs: number, now: () => number, onOver: (token: string) => void) {
    this.#everyMs = everyMs;
    this.#now = now;
    this.#onOver = onOver;
  }

  /** Null when the token may take effect now; otherwise it is held back, for so many milliseconds. */
  take(token: string): number | null {
    const now = this.#now();
    const left = this.#takenAt === undefined ? 0 : this.#takenAt + this.#everyMs - now;
    if (left <= 0) {
      this.cancel();
      this.#takenAt = now;
      return null;
    }
    this.#held = token;
    this.#timer ??= setTimeout(() => this.#over(), left).unref();
    return left;
  }

  /** The token that is held back, which is taken: the one before has expired. */
  release(): string | undefined {
    const token = this.#held;
    this.cancel();
    if (token !== undefined) this.#takenAt = this.#now();
    return token;
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#held = undefined;
  }

  #over(): void {
    const token = this.release();
    if (token !== undefined) this.#onOver(token);
  }
}
