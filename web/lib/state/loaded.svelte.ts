/** Something that is asked of the server once and again when it may have changed: loading, there, or failed. */
export class Loaded<T> {
  #value = $state.raw<T | undefined>();
  #error = $state.raw<unknown>();
  #busy = $state(true);
  #asked = 0;
  readonly #load: () => Promise<T>;

  /** Asks at once. */
  constructor(load: () => Promise<T>) {
    this.#load = load;
    void this.reload();
  }

  /** What was had last; undefined until it came for the first time. */
  get value(): T | undefined {
    return this.#value;
  }

  /** Why the last try failed; undefined if it did not. */
  get error(): unknown {
    return this.#error;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Asks again; what was there stays until the answer has come. Only the answer to the newest question counts. Never rejects. */
  async reload(): Promise<void> {
    const asked = ++this.#asked;
    this.#busy = true;
    try {
      const value = await this.#load();
      if (asked !== this.#asked) return;
      this.#value = value;
      this.#error = undefined;
    } catch (error) {
      if (asked === this.#asked) this.#error = error;
    } finally {
      if (asked === this.#asked) this.#busy = false;
    }
  }
}
