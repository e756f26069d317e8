import type { Clock } from '../../../web/lib/chat/clock.ts';

type Timer = { at: number; place: number; run: () => void };

/** Time of a simulation: nothing passes but by `pass`, and what promises have to do is done before the next timer. */
export class SimClock implements Clock {
  #now = Date.UTC(2026, 10, 21);
  #place = 0;
  /** A binary heap, the next one first. */
  #timers: Timer[] = [];
  #busy = new Set<Promise<unknown>>();
  readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), place: (this.#place += 1), run };
    this.#push(timer);
    return () => {
      timer.run = () => {};
    };
  }

  /** Time stands still until this is done. */
  wait<T>(work: Promise<T>): Promise<T> {
    this.#busy.add(work);
    const done = () => void this.#busy.delete(work);
    work.then(done, done);
    return work;
  }

  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.#settled();
    for (let next = this.#timers[0]; next && next.at <= end; next = this.#timers[0]) {
      this.#pop();
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await this.#settled();
    }
    this.#now = end;
  }

  async #settled(): Promise<void> {
    for (;;) {
      // A tick comes when no promise has anything left to do; only what really waits, such as for a database, takes longer.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      if (this.#busy.size === 0) return;
      await Promise.allSettled(this.#busy);
    }
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(timer, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = timer;
  }

  #pop(): void {
    const heap = this.#timers;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
  }
}

const isBefore = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.place < b.place);
