import type { Clock } from '../clock.ts';
import { syncIntervalMs, type Circumstances } from './sync-interval.ts';

export type PulseOptions = {
  sync: () => Promise<boolean>;
  /** Null: not now at all. */
  circumstances: () => Omit<Circumstances, 'quietMs'> | null;
  clock: Clock;
};

/** Asks sync() unasked, as often as the circumstances want it: the polling of a client without a socket, and the safety net of one with. */
export class Pulse {
  #options: PulseOptions;
  #cancel: (() => void) | null = null;
  #activeAt: number;
  /** When it was asked last, here or by another tab. */
  #askedAt = -Infinity;
  #running = false;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#activeAt = options.clock.now();
  }

  start(): void {
    this.#running = true;
    this.asked();
  }

  stop(): void {
    this.#running = false;
    this.#cancel?.();
  }

  /** A message came or went. */
  active(): void {
    this.#activeAt = this.#options.clock.now();
  }

  /** It was just asked, here or by another tab. */
  asked(): void {
    this.#askedAt = this.#options.clock.now();
    this.schedule();
  }

  /** The circumstances may have changed: that alone puts nothing off. */
  schedule(): void {
    const { circumstances, clock, sync } = this.#options;
    this.#cancel?.();
    const now = circumstances();
    if (!this.#running || !now) return;
    const ms = syncIntervalMs({ ...now, quietMs: clock.now() - this.#activeAt });
    this.#cancel = clock.after(Math.max(0, this.#askedAt + ms - clock.now()), () => {
      this.#askedAt = clock.now();
      void sync().then(() => this.asked());
    });
  }
}
