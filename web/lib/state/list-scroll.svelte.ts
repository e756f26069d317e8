import { tick, untrack } from 'svelte';
import type { VirtualizerHandle } from 'virtua/svelte';
import { Feed, newAfter, seenThrough, type Shown } from './feed.ts';
import type { Row } from './rows.ts';

export type ListScrollOptions = {
  rows: () => readonly Row[];
  /** What is shown is not what it was shown for before: it is placed anew. */
  stage: () => string;
  /** There are newer messages than the last row: the end of the list is not the end of the conversation. */
  hasNewer: () => boolean;
  /** The newest message of the conversation, listed or not. */
  lastSeq: () => number;
  /** Everything up to this `seq` has been on screen. */
  onseen: (seq: number) => void;
  /** One comes near the upper or lower end of what is loaded. */
  onnear: (end: 'older' | 'newer') => void;
};

/** Nearer than this to the end counts as being there. */
const AT_END_PX = 48;
/** So far before the end of what is loaded, more is asked for. */
const NEAR_PX = 900;
const MARKED_MS = 2200;
/** Rows that have been scrolled to are measured within so many frames. */
const SETTLE_FRAMES = 12;

const frame = () => new Promise((done) => requestAnimationFrame(done));

/**
 * Where a list of messages is scrolled to. It opens at the first unread message or at the end; follows the end while one is there;
 * keeps its place to the pixel while rows come in above or grow; and leads to a message. virtua draws and measures the rows.
 */
export class ListScroll {
  #options: ListScrollOptions;
  #feed = new Feed();
  list = $state.raw<VirtualizerHandle>();
  scroller = $state.raw<HTMLElement>();
  readonly shown: Shown;
  /** Opened at its place: until then it is not shown. */
  readonly placed: boolean;
  /** Messages of others that came below what has been on screen. */
  readonly below: number;
  #placedAs = $state('');
  #placing = '';
  readonly #as: string;
  #atEnd = $state(true);
  #seenSeq = $state(0);
  #marked = $state<number | null>(null);
  #markTimer: ReturnType<typeof setTimeout> | undefined;
  /** Where one is being led to. */
  #target: number | null = null;
  #lastOffset = 0;

  constructor(options: ListScrollOptions) {
    this.#options = options;
    this.shown = $derived(this.#feed.next(options.rows()));
    this.#as = $derived(`${options.stage()} ${this.shown.generation}`);
    this.placed = $derived(this.#placedAs === this.#as);
    this.below = $derived(this.atEnd ? 0 : newAfter(this.shown.rows, this.#seenSeq));
    $effect(() => this.#place());
    $effect(() => {
      const grew = this.#feed.drawn(this.shown);
      untrack(() => {
        if (grew) this.follow();
        this.look();
      });
    });
    $effect(() => () => clearTimeout(this.#markTimer));
  }

  /** At the end of the conversation. */
  get atEnd(): boolean {
    return this.#atEnd && !this.#options.hasNewer();
  }

  /** `seq` of the message that one was led to just now. */
  get marked(): number | null {
    return this.#marked;
  }

  /** To the newest message of those that are listed. */
  toEnd(): void {
    this.#atEnd = true;
    this.follow();
  }

  /** Keeps the end on screen, once what changed is drawn, unless the person has scrolled up by then. */
  follow = (): void => {
    void tick().then(() => {
      if (this.atEnd && this.scroller) this.scroller.scrollTop = this.scroller.scrollHeight;
    });
  };

  /** Brings a message into the middle and marks it for a moment. If it is not listed yet, as soon as it is. */
  async reveal(seq: number): Promise<void> {
    this.#target = seq;
    await tick();
    // After a jump these are other rows, which are placed first.
    for (let n = 0; n < 2 * SETTLE_FRAMES && !this.placed; n++) await frame();
    if (this.#target !== seq) return;
    this.#target = null;
    const index = this.#indexOf(seq);
    if (index < 0 || !this.list) return;
    this.#atEnd = false;
    this.list.scrollToIndex(index, { align: 'center' });
    this.#mark(seq);
    this.look();
  }

  /** Whoever scrolls up lets go of the end at once; it is taken hold of again near it. */
  scrolled = (offset: number): void => {
    // While it is being placed, it moves by itself.
    if (!this.list || !this.placed) return;
    const left = this.list.getScrollSize() - this.list.getViewportSize() - offset;
    this.#atEnd = left < (offset < this.#lastOffset ? 2 : AT_END_PX);
    this.#lastOffset = offset;
    this.look();
  };

  /** Takes note of what is on screen: what counts as read, and whether more has to be loaded. */
  look(): void {
    if (!this.list || !this.placed) return;
    const { rows } = this.shown;
    const offset = this.list.getScrollOffset();
    const bottom = offset + this.list.getViewportSize();
    const end = this.#options.hasNewer() ? null : this.#options.lastSeq();
    const seq = seenThrough(rows, this.list.findItemIndex(bottom - 8), end);
    if (seq > this.#seenSeq) this.#seenSeq = seq;
    if (seq > 0) this.#options.onseen(seq);
    if (offset < NEAR_PX) this.#options.onnear('older');
    if (this.list.getScrollSize() - bottom < NEAR_PX) this.#options.onnear('newer');
  }

  #place(): void {
    const { list, shown } = this;
    const as = this.#as;
    if (this.placed || !list || shown.rows.length === 0 || this.#placing === as) return;
    this.#placing = as;
    untrack(() => void this.#scrollToStart(list, shown.rows, as));
  }

  async #scrollToStart(list: VirtualizerHandle, rows: readonly Row[], as: string): Promise<void> {
    const wanted = this.#target === null ? -1 : this.#indexOf(this.#target);
    const index = wanted >= 0 ? wanted : rows.findIndex((row) => row.firstUnread);
    this.#atEnd = index < 0;
    const go = () => {
      if (index < 0) this.follow();
      else list.scrollToIndex(index, { align: wanted >= 0 ? 'center' : 'start' });
    };
    go();
    // Rows are measured over the next frames; until then the list is not shown.
    let offset = NaN;
    for (let n = 0; n < SETTLE_FRAMES; n++) {
      await frame();
      if (this.#as !== as) return;
      const now = list.getScrollOffset();
      if (now === offset) break;
      offset = now;
      go();
    }
    this.#placedAs = as;
    await tick();
    this.scrolled(list.getScrollOffset());
  }

  #mark(seq: number): void {
    clearTimeout(this.#markTimer);
    this.#marked = seq;
    this.#markTimer = setTimeout(() => (this.#marked = null), MARKED_MS);
  }

  #indexOf(seq: number): number {
    return this.shown.rows.findIndex(({ message }) => message.seq === seq);
  }
}
