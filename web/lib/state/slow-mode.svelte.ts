import { secondsAfter, timeLeft } from '#lib/format/time.ts';
import { Now } from './now.svelte.ts';
import type { Talk } from './talk.svelte.ts';

/** How long one has to wait between two messages where there is a slow mode. Whoever may set the pace is not held to it. */
export class SlowMode {
  readonly #talk: Talk;
  readonly #now = new Now(1000);

  constructor(talk: Talk) {
    this.#talk = talk;
  }

  readonly #until = $derived.by(() => {
    const { summary, timeline } = this.#talk.conversation;
    if (!summary?.slowModeSeconds || this.#talk.may('configure')) return null;
    const last = timeline.messages.findLast((message) => message.mine && !message.notice && message.refusal === null);
    return last ? secondsAfter(last.createdAt, summary.slowModeSeconds) : null;
  });

  /** 0 when one may write. */
  get seconds(): number {
    return this.#until === null ? 0 : Math.max(0, Math.ceil((this.#until.getTime() - this.#now.current.getTime()) / 1000));
  }

  /** The same to be read: "9s". */
  get text(): string {
    return this.#until === null ? '' : timeLeft(this.#until, this.#now.current);
  }
}
