import type { Log } from '../log.ts';
import type { Store } from '../outbox/store.ts';
import { readKeptReads, type KeptRead } from './kept-read.ts';

/** Up to which message, in which conversation. */
export type Mark = readonly [conversationId: string, seq: number];

export type KeptReadsOptions = {
  userId: string;
  store: Pick<Store, 'reads' | 'raiseReads' | 'removeReads'>;
  log: Log;
};

/** What was read and the server may not know, kept over reload and crash. A device that cannot keep it goes without. */
export class KeptReads {
  #options: KeptReadsOptions;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: KeptReadsOptions) {
    this.#options = options;
  }

  async load(): Promise<KeptRead[]> {
    const { store, userId, log } = this.#options;
    try {
      return readKeptReads(await store.reads(userId));
    } catch (error) {
      log('reads_unreadable', error);
      return [];
    }
  }

  keep(conversationId: string, seq: number): void {
    const { store, userId } = this.#options;
    this.#write(store.raiseReads([{ userId, conversationId, seq }]));
  }

  /** The server knows these. */
  told(marks: readonly Mark[]): void {
    const { store, userId } = this.#options;
    this.#write(store.removeReads(marks.map(([conversationId, seq]) => ({ userId, conversationId, seq }))));
  }

  /** Resolves when all of it is written. */
  async written(): Promise<void> {
    await this.#work;
  }

  #write(writing: Promise<void>): void {
    const { log } = this.#options;
    this.#work = Promise.all([this.#work, writing.catch((error: unknown) => log('reads_unwritable', error))]);
  }
}
