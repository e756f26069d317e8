import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Tabs } from '../tabs/tabs.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';
import { due } from './plan.ts';

type Options = Pick<OutboxOptions, 'userId' | 'store' | 'perform'> & {
  /** As one more tab among those of this person. */
  tabs: Tabs;
  /** What the outbox has, at each change. */
  onItems: (items: Outbox['items']['current']) => void;
  newId: () => string;
  clock: Clock;
  log: Log;
};

/** Who does not lead at once does not lead: a tab is open. */
const LEADS_WITHIN_MS = 500;

/**
 * Sends what is left in the outbox, each entry once, where no tab is open: in a service worker. While it does, it leads as a tab would,
 * so that nobody else sends the same. Resolves to whether nothing is left to be sent; what was refused waits for the person.
 */
export async function flushLeft({ tabs, clock, onItems, ...options }: Options): Promise<boolean> {
  const { userId, store } = options;
  const ended = Promise.withResolvers<void>();
  const led = Promise.withResolvers<boolean>();
  const candidacy = tabs.lead({
    leads: () => led.resolve(true),
    // A tab was opened, and has taken over.
    lost: () => ended.resolve()
  });
  const cancel = clock.after(LEADS_WITHIN_MS, () => led.resolve(false));
  try {
    if (await led.promise) await send();
    const left = await store.entries(userId);
    return left.every(({ refusal }) => refusal !== null);
  } finally {
    cancel();
    candidacy.end();
    tabs.close();
  }

  async function send(): Promise<void> {
    const outbox = new Outbox({
      ...options,
      clock,
      onStored: (_message, { id }) => outbox.settle([id]),
      isOnline: () => true,
      tabs: { id: tabs.id, whenGone: (tab, run) => tabs.whenGone(tab, run), leads: true }
    });
    const look = () => {
      const items = outbox.items.current;
      onItems(items);
      const isResting = items.every(({ state }) => state === 'waiting');
      // What has failed is not waited for: the browser wakes the worker again.
      if (isResting && due(items, clock.now(), 0).send.length === 0) ended.resolve();
    };
    await outbox.start();
    const release = outbox.items.subscribe(look);
    // A page may have meant to wait longer.
    outbox.wake();
    look();
    await ended.promise;
    release();
    await outbox.stop();
  }
}
