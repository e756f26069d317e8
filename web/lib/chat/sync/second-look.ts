import type { Clock } from '../clock.ts';

/**
 * A live event can come before its transaction is visible to others: Postgres streams a commit from the log before it takes it off
 * the list of running ones. So sync(), asked because of an event or right after a join, may not see yet what there is to see, and is
 * asked again a little later, at these times after the last reason; then, while something is still known to be missing, at the last
 * interval a few times more.
 */
const LOOK_AFTER_MS = [250, 2_000];
const UNSETTLED_TRIES = 5;

export type SecondLookOptions = {
  sync: () => Promise<boolean>;
  /** Something is still known to be missing. */
  isUnsettled: () => boolean;
  /** It will not come: an event that nothing on the server stands behind. */
  giveUp: () => void;
  clock: Clock;
};

export class SecondLook {
  #options: SecondLookOptions;
  #cancel: (() => void) | null = null;

  constructor(options: SecondLookOptions) {
    this.#options = options;
  }

  /** Asks now, and again later. */
  now(): Promise<boolean> {
    this.#schedule(0);
    return this.#options.sync();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #schedule(look: number): void {
    const { clock, sync, isUnsettled, giveUp } = this.#options;
    this.#cancel?.();
    this.#cancel = null;
    const isExtra = look >= LOOK_AFTER_MS.length;
    if (isExtra && !isUnsettled()) return;
    if (look >= LOOK_AFTER_MS.length + UNSETTLED_TRIES) return giveUp();
    const ms = LOOK_AFTER_MS[look] ?? LOOK_AFTER_MS.at(-1)!;
    const cancel = clock.after(ms, () => {
      // Another reason, while this is asked, starts anew.
      void sync().then(() => {
        if (this.#cancel === cancel) this.#schedule(look + 1);
      });
    });
    this.#cancel = cancel;
  }
}
