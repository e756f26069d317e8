import { Unreachable } from '../errors.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Breaker, BreakerOptions } from './breaker.ts';

/** What spares a server. */
export type Guard = Pick<Breaker, 'closed' | 'run' | 'hope' | 'stop'>;

/**
 * A breaker that is loaded when a call first has no answer: there is nothing to spare before. Until it is there calls go through,
 * and those without an answer are counted for it. If it cannot be had, the next such call asks for it again.
 */
export class LateBreaker implements Guard {
  readonly #closed = new LiveValue(true);
  readonly #load: () => Promise<Guard>;
  #loading: Promise<void> | null = null;
  #breaker: Guard | null = null;
  /** Calls in a row without an answer. */
  #failures = 0;
  #stopped = false;

  constructor(options: BreakerOptions, load: () => Promise<{ Breaker: new (options: BreakerOptions) => Guard }>) {
    this.#load = async () => new (await load()).Breaker(options);
  }

  get closed(): Live<boolean> {
    return this.#closed;
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#breaker) return this.#breaker.run(call);
    try {
      const value = await call();
      this.#failures = 0;
      return value;
    } catch (error) {
      this.#failures = error instanceof Unreachable ? this.#failures + 1 : 0;
      if (this.#failures > 0) this.#loading ??= this.#take();
      throw error;
    }
  }

  hope(): void {
    this.#breaker?.hope();
  }

  stop(): void {
    this.#stopped = true;
    this.#breaker?.stop();
  }

  async #take(): Promise<void> {
    try {
      const breaker = await this.#load();
      if (this.#stopped) return;
      breaker.closed.subscribe(() => this.#closed.set(breaker.closed.current));
      this.#breaker = breaker;
      const failed = () => Promise.reject(new Unreachable('The server did not answer before it was spared.'));
      for (let n = this.#failures; n > 0 && breaker.closed.current; n--) await breaker.run(failed).catch(() => {});
    } catch {
      this.#loading = null;
    }
  }
}
