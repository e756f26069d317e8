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
  #running = false;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#activeAt = options.clock.now();
  }

  start(): void {
    this.#running = true;
    this.schedule();
  }

  stop(): void {
    this.#running = false;
    this.#cancel?.();
  }

  /** A message came or went. */
  active(): void {
    this.#activeAt = this.#options.clock.now();
  }

  /** The circumstances may have changed. */
  schedule(): void {
    const { circumstances, clock, sync } = this.#options;
    this.#cancel?.();
    const now = circumstances();
    if (!this.#running || !now) return;
    const ms = syncIntervalMs({ ...now, quietMs: clock.now() - this.#activeAt });
    this.#cancel = clock.after(ms, () => void sync().then(() => this.schedule()));
  }
}
