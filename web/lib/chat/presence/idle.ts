import type { Clock } from '../clock.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Surroundings } from '../surroundings.ts';

/** Without a key, a click or a touch for so long, one is away. */
export const IDLE_AFTER_MS = 5 * 60_000;

/** Whether the person has done nothing for a while. Never, where that cannot be known. */
export class Idle {
  #surroundings: Pick<Surroundings, 'onInput'>;
  #clock: Clock;
  #idle = new LiveValue(false);
  #inputAt = 0;
  #cancel: (() => void) | null = null;
  #release: (() => void) | null = null;

  constructor(surroundings: Pick<Surroundings, 'onInput'>, clock: Clock) {
    this.#surroundings = surroundings;
    this.#clock = clock;
  }

  get isIdle(): Live<boolean> {
    return this.#idle;
  }

  start(): void {
    this.#release = this.#surroundings.onInput?.(() => this.#heard()) ?? null;
    if (!this.#release) return;
    this.#inputAt = this.#clock.now();
    this.#look();
  }

  stop(): void {
    this.#release?.();
    this.#cancel?.();
  }

  /** Called for every movement of a mouse: one timer serves them all. */
  #heard(): void {
    this.#inputAt = this.#clock.now();
    if (!this.#idle.current) return;
    this.#idle.set(false);
    this.#look();
  }

  #look(): void {
    const left = this.#inputAt + IDLE_AFTER_MS - this.#clock.now();
    if (left > 0) this.#cancel = this.#clock.after(left, () => this.#look());
    else this.#idle.set(true);
  }
}
