import { backoffMs } from '../backoff.ts';
import { RateLimited, Refused, Unreachable } from '../errors.ts';
import { LiveValue, type Live } from '../live.ts';
import { after, byAge, readWishes, wishKey, type Asked, type Wish } from './wish.ts';
import { nextWish, replacedBy, settledAt, type WishItem } from './wish-plan.ts';
import { WishTabs } from './wish-tabs.ts';
import type { WishesOptions } from './wishes-options.ts';

/** A wish is told to the other tabs before it is kept; by then it is. */
const KEPT_WITHIN_MS = 10_000;

/** Refusals after which not even a draft is of any use. */
const OVER = new Set(['not_a_member', 'conversation_not_found']);

/**
 * What a person has changed of their own: shown at once, kept by the store until the server has it, and tried again for ever unless
 * refused. wish-plan.ts has the states. The tabs show each other's.
 */
export class Wishes {
  #options: WishesOptions;
  #tabs: WishTabs;
  #items = new LiveValue<readonly WishItem[]>([]);
  #cancelTimer: (() => void) | null = null;
  #cancelLook: (() => void) | null = null;
  #pausedUntil = 0;
  #failures = 0;
  #running = false;
  #work = new Set<Promise<void>>();
  /** Of other tabs' wishes, those that were over before they were shown here. */
  #overUnseen = new Set<string>();
  /** What stops waiting for the end of other tabs. */
  #waits = new Map<string, () => void>();

  constructor(options: WishesOptions) {
    this.#options = options;
    this.#tabs = new WishTabs(options.tabs, options.log);
  }

  /** In the order of wishing. */
  get items(): Live<readonly WishItem[]> {
    return this.#items;
  }

  /** Shows what an earlier life of this client, or another tab, has left. */
  async start(): Promise<void> {
    this.#running = true;
    this.#tabs.start({
      wished: (wish) => this.#show(wish),
      over: (id, revision) => this.#over(id, revision)
    });
    await this.takeUp();
  }

  /** This tab leads from now on, or another tab has gone: what nobody sees to any more is seen to from here. */
  async takeUp(): Promise<void> {
    if (!this.#running) return;
    const { store, userId, tabs, leads, log } = this.#options;
    try {
      const kept = readWishes(await store.wishes(userId));
      this.#forgetOver(kept);
      const left = kept.filter(({ id, tab }) => tab !== tabs.id && !this.#mine(id) && !this.#overUnseen.has(id));
      for (const wish of left) this.#show(wish);
      if (leads()) for (const { tab } of left) this.#takeUpAfter(tab);
    } catch (error) {
      log('wishes_unreadable', error);
    }
    this.#flush();
  }

  /** Starts no more attempts; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelTimer?.();
    this.#cancelLook?.();
    this.#tabs.stop();
    for (const stopWaiting of this.#waits.values()) stopWaiting();
    this.#waits.clear();
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  /** Not asked for within `afterMs`, so that another one may replace it; but no longer than `withinMs` after the first of those. */
  add(asked: Asked, { afterMs = 0, withinMs = 0 } = {}): void {
    const { newId, userId, clock, tabs } = this.#options;
    const now = clock.now();
    const fresh: Wish = {
      version: 1,
      id: newId(),
      userId,
      tab: tabs.id,
      asked,
      since: now,
      dueAt: now,
      isRefused: false
    };
    const replaced = replacedBy(this.#items.current, fresh);
    const since = Math.min(now, ...replaced.map(({ wish }) => wish.since));
    const wish: Wish = {
      ...fresh,
      since,
      dueAt: Math.min(now + afterMs, Math.max(now, since + withinMs)),
      asked: replaced.reduceRight((later, { wish: before }) => after(before.asked, later), asked)
    };
    this.#items.set([...this.#items.current, { wish, state: 'saving', revision: null }]);
    this.#giveUp(replaced);
    this.#tabs.wished(wish);
    this.#keep(wish);
  }

  /** What has not been asked for yet is not wished any more. */
  drop(key: string): void {
    this.#giveUp(
      this.#items.current.filter(({ wish, state }) => wishKey(wish.asked) === key && state !== 'sending' && state !== 'granted')
    );
  }

  /** The record has come further: what is in it need not be shown twice. */
  reached(cursor: number): void {
    const settled = settledAt(this.#items.current, cursor);
    if (settled.length > 0) this.#items.set(this.#items.current.filter((item) => !settled.includes(item)));
  }

  /** There is reason to hope: what waits for its next attempt is tried now. */
  wake(): void {
    this.#pausedUntil = 0;
    this.#flush();
  }

  #keep(wish: Wish): void {
    const { store, log } = this.#options;
    // Asked for only once it is kept: it cannot be lost between the two. Without a store it is asked for all the same.
    this.#track(
      store
        .putWish(wish)
        .catch((error: unknown) => log('wish_unwritable', error))
        .then(() => {
          const item = this.#find(wish.id);
          if (item?.state === 'saving') this.#replace({ ...item, state: 'waiting' });
          else if (!item) this.#forget(wish.id);
          this.#flush();
        })
    );
  }

  #flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const { clock, isOnline } = this.#options;
    if (!this.#running || !isOnline()) return;
    const { next, wakeAt } = nextWish(this.#items.current, clock.now(), this.#pausedUntil);
    if (next) this.#track(this.#attempt(next));
    if (wakeAt !== null) this.#cancelTimer = clock.after(Math.max(0, wakeAt - clock.now()), () => this.#flush());
  }

  async #attempt(item: WishItem): Promise<void> {
    const { wish } = item;
    this.#replace({ ...item, state: 'sending' });
    try {
      const revision = await this.#grant(wish);
      this.#failures = 0;
      this.#forget(wish.id);
      this.#granted(wish.id, revision);
      this.#tabs.over(wish.id, revision);
    } catch (error) {
      this.#options.log('wish_failed', error);
      if (error instanceof Refused) this.#refused(item, error.code);
      else this.#putOff(item, error);
    }
    this.#flush();
  }

  /** The revision of what has come of it. */
  async #grant({ asked }: Wish): Promise<number> {
    const { grant, onGranted, synced, cursor } = this.#options;
    const change = await grant(asked);
    if (change) {
      onGranted(change);
      return change.revision;
    }
    if (!(await synced())) throw new Unreachable('What came of it could not be had.');
    return cursor();
  }

  #refused(item: WishItem, code: string): void {
    if (item.wish.asked.type !== 'draft' || OVER.has(code)) return this.#giveUp([item]);
    const wish: Wish = { ...item.wish, isRefused: true };
    this.#replace({ ...item, wish, state: 'saving' });
    this.#keep(wish);
  }

  #putOff(item: WishItem, error: unknown): void {
    const { clock } = this.#options;
    this.#failures += 1;
    const ms = error instanceof RateLimited ? error.retryAfterMs : backoffMs(this.#failures, () => clock.random());
    this.#pausedUntil = clock.now() + ms;
    this.#replace({ ...item, state: 'waiting' });
  }

  #granted(id: string, revision: number): void {
    const item = this.#find(id);
    if (!item) return;
    this.#replace({ ...item, state: 'granted', revision });
    this.reached(this.#options.cursor());
  }

  /** Another tab wishes it, or has taken it over. */
  #show(wish: Wish): void {
    if (this.#mine(wish.id)) return;
    const item: WishItem = { wish, state: 'foreign', revision: null };
    const others = this.#items.current.filter((other) => other.wish.id !== wish.id);
    const replaced = replacedBy(others, wish);
    this.#items.set([...others, item].toSorted((a, b) => byAge(a.wish, b.wish)));
    this.#giveUp(replaced.filter(({ state }) => state !== 'foreign'));
    this.#items.set(this.#items.current.filter((other) => !replaced.includes(other)));
  }

  /** What other tabs wished and nobody keeps any more is over: this tab was asleep, and has not heard so. */
  #forgetOver(kept: readonly Wish[]): void {
    const { clock } = this.#options;
    const ids = new Set(kept.map(({ id }) => id));
    const unkept = this.#items.current.filter(({ wish, state }) => state === 'foreign' && !ids.has(wish.id));
    const over = unkept.filter(({ wish }) => wish.since < clock.now() - KEPT_WITHIN_MS);
    if (over.length > 0) this.#items.set(this.#items.current.filter((item) => !over.includes(item)));
    this.#cancelLook?.();
    this.#cancelLook = over.length < unkept.length ? clock.after(KEPT_WITHIN_MS, () => void this.takeUp()) : null;
  }

  /** Another tab has seen to it. */
  #over(id: string, revision: number | null): void {
    const item = this.#find(id);
    // What is read from the store just now may still have it.
    if (!item) this.#overUnseen.add(id);
    if (item?.state !== 'foreign') return;
    if (revision === null) this.#items.set(this.#items.current.filter((other) => other !== item));
    else this.#granted(id, revision);
  }

  #takeUpAfter(tab: string): void {
    if (this.#waits.has(tab)) return;
    const stopWaiting = this.#options.tabs.whenGone(tab, () => {
      this.#waits.delete(tab);
      const left = this.#items.current.filter(({ wish, state }) => wish.tab === tab && state === 'foreign');
      for (const item of left) {
        const wish: Wish = { ...item.wish, tab: this.#options.tabs.id };
        this.#replace({ ...item, wish, state: 'saving' });
        this.#tabs.wished(wish);
        this.#keep(wish);
      }
    });
    this.#waits.set(tab, stopWaiting);
  }

  #giveUp(items: readonly WishItem[]): void {
    if (items.length === 0) return;
    const ids = new Set(items.map(({ wish }) => wish.id));
    this.#items.set(this.#items.current.filter(({ wish }) => !ids.has(wish.id)));
    for (const id of ids) {
      this.#forget(id);
      this.#tabs.over(id, null);
    }
  }

  #find(id: string): WishItem | undefined {
    return this.#items.current.find(({ wish }) => wish.id === id);
  }

  #mine(id: string): boolean {
    const item = this.#find(id);
    return item !== undefined && item.state !== 'foreign';
  }

  #replace(next: WishItem): void {
    this.#items.set(this.#items.current.map((item) => (item.wish.id === next.wish.id ? next : item)));
  }

  #forget(id: string): void {
    this.#track(this.#options.store.removeWish(id).catch((error: unknown) => this.#options.log('wish_unwritable', error)));
  }

  #track(work: Promise<void>): void {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }
}
