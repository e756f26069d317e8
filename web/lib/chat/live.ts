/**
 * A value that changes by itself. `current` is an immutable snapshot: a changed value is another object, an unchanged one the
 * same object. Listeners are called after each change, without arguments; they read `current`. In Svelte:
 *
 *     const subscribe = createSubscriber((update) => live.subscribe(update));
 *     get current() { subscribe(); return live.current; }
 */
export type Live<T> = {
  readonly current: T;
  /** Calls `onChange` after every change until the returned function is called. */
  subscribe(onChange: () => void): () => void;
};

/** The writable side of a Live. */
export class LiveValue<T> implements Live<T> {
  #current: T;
  #listeners = new Set<() => void>();

  constructor(initial: T) {
    this.#current = initial;
  }

  get current(): T {
    return this.#current;
  }

  set(next: T): void {
    if (Object.is(next, this.#current)) return;
    this.#current = next;
    // A copy, so that a listener may unsubscribe, or subscribe another, while it is being told.
    for (const listener of [...this.#listeners]) listener();
  }

  subscribe(onChange: () => void): () => void {
    // Wrapped, so that the same function subscribed twice counts twice.
    const listener = () => onChange();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
