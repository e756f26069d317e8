import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../outbox/store.ts';
import { fromKept, readKept, toKept } from './kept-record.ts';
import type { ConversationRecord } from './conversation-record.ts';

/** Changes are written together: a burst of messages is one write. */
const SAVE_AFTER_MS = 500;

export type RecordSaverOptions = {
  userId: string;
  store: Pick<Store, 'records' | 'putRecords' | 'removeRecords'>;
  get: (conversationId: string) => ConversationRecord | undefined;
  clock: Clock;
  log: Log;
};

/** Keeps the records on this device, so that the next start shows at once, without a network, what was seen last. */
export class RecordSaver {
  #options: RecordSaverOptions;
  #changed = new Set<string>();
  #lost = new Set<string>();
  #cancelTimer: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(options: RecordSaverOptions) {
    this.#options = options;
  }

  /** What an earlier life of this client has kept. Without a store that can be read: nothing. */
  async load(): Promise<ConversationRecord[]> {
    const { store, userId, log } = this.#options;
    try {
      const { kept, surplus } = readKept(await store.records(userId));
      if (surplus.length > 0) await store.removeRecords(userId, surplus);
      return kept.map(fromKept);
    } catch (error) {
      log('records_unreadable', error);
      return [];
    }
  }

  /** The person has signed out: nothing stays, and nothing more is kept. */
  async forget(): Promise<void> {
    const { store, userId, log } = this.#options;
    this.#ended = true;
    this.#cancelTimer?.();
    await this.#writing;
    try {
      const { kept, surplus } = readKept(await store.records(userId));
      await store.removeRecords(userId, [...kept.map(({ id }) => id), ...surplus]);
    } catch (error) {
      log('records_unwritable', error);
    }
  }

  changed(ids: Iterable<string>, lost: Iterable<string>): void {
    if (this.#ended) return;
    for (const id of ids) this.#changed.add(id);
    for (const id of lost) {
      this.#changed.delete(id);
      this.#lost.add(id);
    }
    if (this.#changed.size + this.#lost.size === 0) return;
    this.#cancelTimer ??= this.#options.clock.after(SAVE_AFTER_MS, () => void this.save());
  }

  /** Writes now what has changed; resolves when it is written. */
  save(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const { get, userId, store, log } = this.#options;
    const changed = [...this.#changed].flatMap((id) => get(id) ?? []).map((record) => toKept(userId, record));
    const lost = [...this.#lost];
    this.#changed.clear();
    this.#lost.clear();
    if (this.#ended || changed.length + lost.length === 0) return this.#writing;
    this.#writing = this.#writing.then(async () => {
      try {
        if (lost.length > 0) await store.removeRecords(userId, lost);
        if (changed.length > 0) await store.putRecords(changed);
      } catch (error) {
        log('records_unwritable', error);
      }
    });
    return this.#writing;
  }
}
