/**
 * Which messages were delivered lately, so that catching up after a broken stream delivers none of them again. Two
 * generations: ids are forgotten between one and two periods after they came.
 */
export class RecentIds {
  readonly #periodMs: number;
  readonly #now: () => number;
  #current = new Set<string>();
  #previous = new Set<string>();
  #turnAt: number;

  constructor(periodMs: number, now: () => number = () => performance.now()) {
    this.#periodMs = periodMs;
    this.#now = now;
    this.#turnAt = now() + periodMs;
  }

  /** Notes the id. False when it was noted before. */
  add(id: string): boolean {
    this.#turn();
    if (this.#current.has(id) || this.#previous.has(id)) return false;
    this.#current.add(id);
    return true;
  }

  #turn(): void {
    const now = this.#now();
    if (now < this.#turnAt) return;
    this.#previous = now < this.#turnAt + this.#periodMs ? this.#current : new Set();
    this.#current = new Set();
    this.#turnAt = now + this.#periodMs;
  }
}
