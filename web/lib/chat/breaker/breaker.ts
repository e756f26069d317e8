import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleType,
  type CircuitBreakerPolicy,
  type IBackoff
} from 'cockatiel';
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { Unreachable } from '../errors.ts';
import { LiveValue, type Live } from '../live.ts';

/** So many calls in a row without an answer, and no more are made for a while. */
const OPENS_AFTER = 3;

export type BreakerOptions = {
  /** It is time to see whether it answers again: something is to be asked. */
  trial: () => void;
  clock: Clock;
};

type Settled<T> = { value: T } | { error: unknown };

/**
 * Spares a server in trouble, and whoever would wait for it. After some calls in a row that ended with Unreachable, calls are not made
 * but fail at once with Unreachable; one is let through after a time that grows from failure to failure, and the first that is
 * answered lets all through again. A refusal, a limit and a missing session are answers.
 */
export class Breaker {
  #options: BreakerOptions;
  #policy: CircuitBreakerPolicy;
  #closed = new LiveValue(true);
  /** Trials that have failed since it opened, the failures that opened it counted as one. */
  #failures = 0;
  #openedAt = 0;
  #waitMs = 0;
  #cancelTrial: (() => void) | null = null;

  constructor(options: BreakerOptions) {
    this.#options = options;
    // When to try again is decided here, by this client's clock; cockatiel reads the system's, which people set forward and back.
    const wait = () => (this.#isDue() ? -Infinity : Infinity);
    const whenDue: IBackoff<unknown> = {
      get duration() {
        return wait();
      },
      next: () => whenDue
    };
    this.#policy = circuitBreaker(handleType(Unreachable), {
      halfOpenAfter: whenDue,
      breaker: new ConsecutiveBreaker(OPENS_AFTER)
    });
    this.#policy.onStateChange((state) => this.#changed(state));
  }

  /** Whether calls go through. */
  get closed(): Live<boolean> {
    return this.#closed;
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    let settled: Settled<T>;
    try {
      settled = await this.#policy.execute(() => answerOf(call));
    } catch (error) {
      if (error instanceof BrokenCircuitError)
        throw new Unreachable('The server did not answer just now, and is not asked again yet.', { cause: error });
      throw error;
    }
    if ('error' in settled) throw settled.error;
    return settled.value;
  }

  /** There is reason to believe that it answers again: the next call is made, and decides. */
  hope(): void {
    this.#waitMs = 0;
  }

  stop(): void {
    this.#cancelTrial?.();
  }

  #isDue(): boolean {
    const passed = this.#options.clock.now() - this.#openedAt;
    // A clock that was set back would hold it for as long.
    return passed >= this.#waitMs || passed < 0;
  }

  #changed(state: CircuitState): void {
    if (state === CircuitState.HalfOpen) return;
    const { clock, trial } = this.#options;
    this.#cancelTrial?.();
    if (state === CircuitState.Closed) this.#failures = 0;
    else {
      this.#failures += 1;
      this.#openedAt = clock.now();
      this.#waitMs = backoffMs(this.#failures, () => clock.random());
      this.#cancelTrial = clock.after(this.#waitMs, trial);
    }
    this.#closed.set(state === CircuitState.Closed);
  }
}

/** An error that is an answer is no failure of whom was asked. */
async function answerOf<T>(call: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    return { error };
  }
}
