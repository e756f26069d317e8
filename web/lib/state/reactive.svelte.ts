import { createSubscriber } from 'svelte/reactivity';
import type { Live } from '#lib/chat/index.ts';
import { atOnce, type Pace } from './pace.ts';

/** A Live of the chat client, read by components: whoever reads `current` is updated when it changes, at a pace. */
export class Reactive<T> {
  readonly #live: Live<T>;
  readonly #subscribe: () => void;

  constructor(live: Live<T>, pace: Pace = atOnce) {
    this.#live = live;
    this.#subscribe = createSubscriber((update) => live.subscribe(() => pace(update)));
  }

  get current(): T {
    this.#subscribe();
    return this.#live.current;
  }
}
