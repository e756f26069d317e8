import type { Clock } from '../clock.ts';
import { RateLimited, Refused } from '../errors.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Log } from '../log.ts';
import type { Tabs } from '../tabs/tabs.ts';
import type { MessageRow } from '../wire/rows.ts';
import type { Action, OutboxEntry } from './entry.ts';
import { afterFailure, due, isInDoubtAfter, overtakenBy, undoes, type OutboxItem, type Outcome } from './plan.ts';
import type { Store } from './store.ts';

export type OutboxOptions = {
  userId: string;
  store: Pick<Store, 'entries' | 'put' | 'remove'>;
  clock: Clock;
  newId: () => string;
  /** Does what an entry says and returns the message as it then is; idempotent; rejects with the classes of errors.ts. */
  perform: (entry: OutboxEntry) => Promise<MessageRow>;
  onStored: (message: MessageRow, entry: OutboxEntry) => void;
  /** Breaks off what perform() does before the server is told; false when there is nothing to break off. */
  cancel?: (id: string) => boolean;
  isOnline: () => boolean;
  tabs: OutboxTabs;
  log: Log;
};

/** Whether a tab is gone is known at once; if it is not known so long, it is there. */
const GONE_WITHIN_MS = 200;

/** Tabs share the store, and each sends what it has written: two that send the same could undo what was done in between. */
export type OutboxTabs = Pick<Tabs, 'id' | 'whenGone'> & {
  /** This tab takes up what others leave behind. */
  readonly leads: boolean;
};

/**
 * What one has written and done: shown at once, kept by the store until the server has it, sent in order per conversation, tried again
 * for ever unless refused. plan.ts has the states.
 */
export class Outbox {
  #options: OutboxOptions;
  #items = new LiveValue<readonly OutboxItem[]>([]);
  #cancelTimer: (() => void) | null = null;
  #pausedUntil = 0;
  #running = false;
  #work = new Set<Promise<void>>();
  /** Tabs that are over, and what stops waiting for the end of others. */
  #gone = new Set<string>();
  #waits = new Map<string, () => void>();
  /** Discarded while they were being sent. */
  #unwanted = new Set<string>();
  /** Counts starts and stops. */
  #life = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** In the order of writing. */
  get items(): Live<readonly OutboxItem[]> {
    return this.#items;
  }

  /** Takes up what an earlier life of this client has left; what is written meanwhile is sent after that. */
  async start(): Promise<void> {
    this.#life += 1;
    const life = this.#life;
    const ends = await this.#look();
    if (ends.length > 0) {
      const late = Promise.withResolvers<void>();
      const cancel = this.#options.clock.after(GONE_WITHIN_MS, late.resolve);
      await Promise.race([Promise.all(ends), late.promise]);
      cancel();
    }
    if (life !== this.#life) return;
    this.#running = true;
    this.#flush();
  }

  /** This tab leads from now on, or another tab has gone: what nobody sends any more is sent from here. */
  async takeUp(): Promise<void> {
    if (!this.#running) return;
    void (await this.#look());
    this.#flush();
  }

  /** Starts no more attempts; resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelTimer?.();
    this.#life += 1;
    for (const stopWaiting of this.#waits.values()) stopWaiting();
    this.#waits.clear();
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  /** Returns the id of the entry, which is that of the message if it is sent. */
  add(
    conversationId: string,
    content: string,
    action: Action = { type: 'send', replyTo: null },
    { id = this.#options.newId(), files }: Pick<Partial<OutboxEntry>, 'id' | 'files'> = {}
  ): string {
    const { userId, clock } = this.#options;
    const overtaken = overtakenBy(this.#items.current, conversationId, action);
    for (const item of overtaken) this.#drop(item.entry.id);
    if (overtaken.some(({ entry }) => undoes(entry.action, action))) return id;
    const entry: OutboxEntry = {
      version: 2,
      action,
      id,
      userId,
      conversationId,
      content,
      writtenAt: clock.now(),
      attempts: 0,
      nextAttemptAt: 0,
      tab: this.#options.tabs.id,
      ...(files && { files }),
      refusal: null
    };
    this.#items.set([...this.#items.current, { entry, state: 'saving', isInDoubt: false, stored: null }]);
    this.#keep(entry);
    return entry.id;
  }

  /** A refused or kept entry shall be sent now. */
  retry(id: string): void {
    const item = this.#find(id);
    if (item?.state !== 'waiting') return;
    const entry: OutboxEntry = { ...item.entry, attempts: 0, nextAttemptAt: 0, refusal: null };
    this.#replace(id, { ...item, entry, state: 'saving' });
    this.#keep(entry);
  }

  /** Its text, if it was still here and the server not yet told. */
  discard(id: string): string | null {
    const item = this.#find(id);
    if (item?.state === 'sending' && this.#options.cancel?.(id)) {
      this.#unwanted.add(id);
      return item.entry.content;
    }
    if (item?.state !== 'waiting') return null;
    this.#drop(id);
    return item.entry.content;
  }

  /** The record has these messages: what was on its way has arrived. */
  settle(ids: Iterable<string>): void {
    for (const id of ids) if (this.#find(id)) this.#drop(id);
  }

  /** There is reason to hope: what waits for its next attempt is tried now. */
  wake(): void {
    for (const item of this.#items.current) {
      const { entry } = item;
      if (entry.nextAttemptAt > 0 && !entry.refusal) this.#replace(entry.id, { ...item, entry: { ...entry, nextAttemptAt: 0 } });
    }
    this.#flush();
  }

  /** Takes up what others have left. Resolves to what is resolved once tabs that may be gone are, and theirs is taken up too. */
  async #look(): Promise<Promise<void>[]> {
    const { store, userId, tabs, log } = this.#options;
    if (!tabs.leads) return [];
    try {
      const left = (await store.entries(userId)).filter(({ tab }) => tab !== tabs.id);
      this.#adopt(left.filter(({ tab }) => tab === undefined || this.#gone.has(tab)));
      const others = new Set(left.flatMap(({ tab }) => (tab === undefined || this.#gone.has(tab) ? [] : [tab])));
      return [...others].filter((tab) => !this.#waits.has(tab)).map((tab) => this.#takeUpAfter(tab));
    } catch (error) {
      log('outbox_unreadable', error);
      return [];
    }
  }

  #takeUpAfter(tab: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopWaiting = this.#options.tabs.whenGone(tab, () => {
      this.#waits.delete(tab);
      this.#gone.add(tab);
      void this.#look().then(() => {
        this.#flush();
        resolve();
      });
    });
    this.#waits.set(tab, stopWaiting);
    return promise;
  }

  #adopt(left: readonly OutboxEntry[]): void {
    const { tabs } = this.#options;
    const unknown = left.filter(({ id }) => !this.#find(id)).map((entry): OutboxEntry => ({ ...entry, tab: tabs.id }));
    // Whoever has left it may have been sending it.
    const items = unknown.map((entry): OutboxItem => ({ entry, state: 'saving', isInDoubt: !entry.refusal, stored: null }));
    this.#items.set([...items, ...this.#items.current]);
    for (const entry of unknown) this.#keep(entry);
  }

  #keep(entry: OutboxEntry): void {
    const { store, log } = this.#options;
    // Sent only once it is kept: it cannot be lost between the two. Without a store it is sent all the same.
    this.#track(
      store
        .put(entry)
        .catch((error: unknown) => log('outbox_unwritable', error))
        .then(() => {
          const item = this.#find(entry.id);
          if (item?.state === 'saving') this.#replace(entry.id, { ...item, state: 'waiting' });
          this.#flush();
        })
    );
  }

  #flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const { clock, isOnline } = this.#options;
    if (!this.#running || !isOnline()) return;
    const { send, wakeAt } = due(this.#items.current, clock.now(), this.#pausedUntil);
    for (const item of send) this.#track(this.#attempt(item));
    if (wakeAt !== null) this.#cancelTimer = clock.after(Math.max(0, wakeAt - clock.now()), () => this.#flush());
  }

  async #attempt(item: OutboxItem): Promise<void> {
    const { id } = item.entry;
    this.#replace(id, { ...item, state: 'sending' });
    const outcome = await this.#try(item.entry);
    // Settled meanwhile by the live event of the message itself.
    const now = this.#find(id);
    const isUnwanted = this.#unwanted.delete(id);
    if (outcome.status !== 'stored' && now && isUnwanted) this.#drop(id);
    else if (outcome.status === 'stored') {
      if (now) this.#replace(id, { ...now, state: 'stored', stored: outcome.message });
      this.#forget(id);
      this.#options.onStored(outcome.message, item.entry);
    } else if (now) {
      const { clock } = this.#options;
      const entry = afterFailure(item.entry, outcome, clock.now(), () => clock.random());
      if (outcome.status === 'limited') this.#pausedUntil = clock.now() + outcome.retryAfterMs;
      this.#replace(id, { ...now, state: 'waiting', entry, isInDoubt: isInDoubtAfter(outcome, item.isInDoubt) });
      await this.#options.store.put(entry).catch((error: unknown) => this.#options.log('outbox_unwritable', error));
    }
    this.#flush();
  }

  async #try(entry: OutboxEntry): Promise<Outcome> {
    try {
      return { status: 'stored', message: await this.#options.perform(entry) };
    } catch (error) {
      this.#options.log('send_failed', error);
      if (error instanceof Refused) return { status: 'refused', code: error.code, message: error.message };
      if (error instanceof RateLimited) return { status: 'limited', retryAfterMs: error.retryAfterMs };
      // NotSignedIn too: a new session will come, and wakes the outbox.
      return { status: 'unreachable' };
    }
  }

  #find(id: string): OutboxItem | undefined {
    return this.#items.current.find((item) => item.entry.id === id);
  }

  #replace(id: string, next: OutboxItem): void {
    this.#items.set(this.#items.current.map((item) => (item.entry.id === id ? next : item)));
  }

  #drop(id: string): void {
    const wasForgotten = this.#find(id)?.state === 'stored';
    this.#items.set(this.#items.current.filter((item) => item.entry.id !== id));
    if (!wasForgotten) this.#forget(id);
    this.#flush();
  }

  #forget(id: string): void {
    this.#track(this.#options.store.remove(id).catch((error: unknown) => this.#options.log('outbox_unwritable', error)));
  }

  #track(work: Promise<void>): void {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }
}
