import type { Live } from '../../web/lib/chat/index.ts';

/** A Live that a test sets. */
export class Settable<T> implements Live<T> {
  current: T;
  #listeners = new Set<() => void>();

  constructor(current: T) {
    this.current = current;
  }

  subscribe(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  set(next: T): void {
    this.current = next;
    for (const listener of [...this.#listeners]) listener();
  }
}
