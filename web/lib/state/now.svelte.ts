import { createSubscriber } from 'svelte/reactivity';

/** The present moment, told again every `everyMs` while somebody shows it: for "5 minutes ago" and countdowns. */
export class Now {
  readonly #subscribe: () => void;

  constructor(everyMs: number) {
    this.#subscribe = createSubscriber((update) => {
      const timer = setInterval(update, everyMs);
      return () => clearInterval(timer);
    });
  }

  get current(): Date {
    this.#subscribe();
    // A snapshot that nobody changes.
    // eslint-disable-next-line svelte/prefer-svelte-reactivity
    return new Date();
  }
}
