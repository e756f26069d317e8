import * as z from 'zod/mini';
import type { Log } from '../log.ts';
import type { Tabs } from '../tabs/tabs.ts';
import { readWish, type Wish } from './wish.ts';

const wishedSchema = z.object({ type: z.literal('wish'), wish: z.unknown() });
const overSchema = z.object({ type: z.literal('wish_over'), id: z.string(), revision: z.nullable(z.number()) });

export type WishTabsEvents = {
  /** Another tab wishes something, or has taken a wish over. */
  wished: (wish: Wish) => void;
  /** It is granted: what it made has this revision. Null: it was given up. */
  over: (id: string, revision: number | null) => void;
};

/** What the tabs tell each other of their wishes: each shows all, and sees to its own. */
export class WishTabs {
  #tabs: Tabs;
  #log: Log;
  #unlisten: (() => void) | null = null;

  constructor(tabs: Tabs, log: Log) {
    this.#tabs = tabs;
    this.#log = log;
  }

  start(events: WishTabsEvents): void {
    this.#unlisten ??= this.#tabs.listen((data) => {
      const wished = wishedSchema.safeParse(data);
      const wish = wished.success ? readWish(wished.data.wish) : null;
      if (wish) return events.wished(wish);
      const over = overSchema.safeParse(data);
      if (over.success) events.over(over.data.id, over.data.revision);
    });
  }

  stop(): void {
    this.#unlisten?.();
    this.#unlisten = null;
  }

  wished(wish: Wish): void {
    this.#post({ type: 'wish', wish });
  }

  over(id: string, revision: number | null): void {
    this.#post({ type: 'wish_over', id, revision });
  }

  #post(message: unknown): void {
    try {
      this.#tabs.post(message);
    } catch (error) {
      this.#log('tab_unheard', error);
    }
  }
}
