import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Log } from '../log.ts';

export type SyncerOptions = {
  /** One call of sync() and its merge; resolves to whether there is more. */
  once: () => Promise<boolean>;
  clock: Clock;
  log: Log;
};

/** Asks sync() until there is no more; one at a time. A wish that comes meanwhile is granted by another round afterwards. */
export class Syncer {
  #options: SyncerOptions;
  #answers = new LiveValue(false);
  #next: PromiseWithResolvers<boolean> | null = null;
  #running: Promise<void> | null = null;
  #cancelRetry: (() => void) | null = null;
  #failures = 0;
  #stopped = true;

  constructor(options: SyncerOptions) {
    this.#options = options;
  }

  /** The last call succeeded. */
  get answers(): Live<boolean> {
    return this.#answers;
  }

  start(): void {
    this.#stopped = false;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    await this.#running;
  }

  /** Asks for a round that begins after this call. Resolves to whether it succeeded; a failed one is repeated by itself. */
  now(): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#next ??= Promise.withResolvers();
    const { promise } = this.#next;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return promise;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    while (this.#next) {
      const wish = this.#next;
      this.#next = null;
      let succeeded = !this.#stopped;
      try {
        while (!this.#stopped && (await this.#options.once()));
        this.#failures = 0;
      } catch (error) {
        log('sync_failed', error);
        succeeded = false;
        this.#failures += 1;
      }
      if (!this.#stopped) this.#answers.set(succeeded);
      wish.resolve(succeeded);
      if (!succeeded && !this.#stopped && !this.#next) {
        this.#cancelRetry = clock.after(
          backoffMs(this.#failures, () => clock.random()),
          () => void this.now()
        );
      }
    }
  }
}
