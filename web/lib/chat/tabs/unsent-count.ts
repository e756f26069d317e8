import * as z from 'zod/mini';
import { derive } from '../derive.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Tabs } from './tabs.ts';

const saidSchema = z.object({ type: z.literal('unsent'), tab: z.string(), count: z.number() });
const askedSchema = z.object({ type: z.literal('how_many_unsent') });

/** How much is unsent in all tabs: each has its own entries, and tells the others how many. */
export class UnsentCount {
  readonly total: Live<number>;
  #tabs: Tabs;
  #own: Live<number>;
  #said = 0;
  #others = new LiveValue<ReadonlyMap<string, number>>(new Map());
  /** What stops waiting for the end of each tab. */
  #waits = new Map<string, () => void>();
  #releases: (() => void)[] = [];

  constructor(own: Live<number>, tabs: Tabs) {
    this.#own = own;
    this.#tabs = tabs;
    this.total = derive([own, this.#others], (mine, others) => [...others.values()].reduce((sum, count) => sum + count, mine));
  }

  start(): void {
    this.#releases = [
      this.#tabs.listen((data) => this.#heard(data)),
      this.#own.subscribe(() => {
        if (this.#own.current !== this.#said) this.#say();
      })
    ];
    this.#tabs.post({ type: 'how_many_unsent' });
    if (this.#own.current > 0) this.#say();
  }

  stop(): void {
    for (const release of [...this.#releases, ...this.#waits.values()]) release();
    this.#releases = [];
    this.#waits.clear();
    this.#others.set(new Map());
  }

  #say(): void {
    this.#said = this.#own.current;
    this.#tabs.post({ type: 'unsent', tab: this.#tabs.id, count: this.#said });
  }

  #heard(data: unknown): void {
    if (askedSchema.safeParse(data).success) return this.#say();
    const said = saidSchema.safeParse(data);
    if (!said.success) return;
    const { tab, count } = said.data;
    this.#others.set(new Map(this.#others.current).set(tab, count));
    if (!this.#waits.has(tab))
      this.#waits.set(
        tab,
        this.#tabs.whenGone(tab, () => this.#forget(tab))
      );
  }

  /** What it has left is another tab's by now. */
  #forget(tab: string): void {
    this.#waits.delete(tab);
    const others = new Map(this.#others.current);
    others.delete(tab);
    this.#others.set(others);
  }
}
