import * as z from 'zod/mini';
import type { Clock } from '../clock.ts';
import type { Tabs } from './tabs.ts';

const activeSchema = z.object({ type: z.literal('active'), tab: z.string() });

/** Which tab is being looked at, as the tabs tell each other. */
export class ActiveTabs {
  #tabs: Tabs;
  #at = -Infinity;
  #unlisten: () => void;

  constructor(tabs: Tabs, clock: Clock) {
    this.#tabs = tabs;
    this.#unlisten = tabs.listen((data) => {
      if (activeSchema.safeParse(data).success) this.#at = clock.now();
    });
  }

  /** When another tab has last said that it is; -Infinity for never. */
  get at(): number {
    return this.#at;
  }

  say(): void {
    this.#tabs.post({ type: 'active', tab: this.#tabs.id });
  }

  /** The tab that was looked at may be the one that has gone. */
  forget(): void {
    this.#at = -Infinity;
  }

  stop(): void {
    this.#unlisten();
  }
}
