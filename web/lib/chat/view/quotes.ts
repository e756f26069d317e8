import type { Backend } from '../backend.ts';
import { derive } from '../derive.ts';
import type { Live } from '../live.ts';
import { at } from '../record/message-window.ts';
import type { TimelineMessage } from '../snapshots.ts';
import type { MessageRow } from '../wire/rows.ts';
import { Collection, type CollectionOptions } from './collection.ts';
import type { Directory } from './people.ts';
import { shown } from './shown-message.ts';

export type QuotesOptions = Omit<CollectionOptions, 'belongs'> & {
  conversationId: string;
  people: Live<Directory>;
  backend: Pick<Backend, 'find'>;
};

/** Messages that others answer and that are not loaded. */
export class Quotes {
  /** By seq. */
  readonly messages: Live<ReadonlyMap<number, TimelineMessage>>;
  #options: QuotesOptions;
  #rows: Collection;
  #asked = new Set<number>();
  #looked = new WeakSet<MessageRow>();

  constructor(options: QuotesOptions) {
    this.#options = options;
    this.#rows = new Collection({ ...options, belongs: (row) => this.#asked.has(row.seq) });
    this.messages = derive(
      [this.#rows.rows, options.people],
      (rows, people) => new Map(rows.map((row) => [row.seq, shown(row, null, options.me, people)]))
    );
  }

  /** Asks for what these answer, once. */
  needFor(rows: readonly MessageRow[]): void {
    const { record, conversationId, backend, log } = this.#options;
    const missing = new Set<number>();
    for (const row of rows) {
      if (row.reply_to == null || this.#looked.has(row)) continue;
      this.#looked.add(row);
      const loaded = record.current && at(record.current.window, row.reply_to);
      if (!loaded && !this.#asked.has(row.reply_to)) missing.add(row.reply_to);
    }
    if (missing.size === 0) return;
    for (const seq of missing) this.#asked.add(seq);
    this.#rows
      .add(() => backend.find(conversationId, { type: 'these', seqs: [...missing] }))
      .catch((error: unknown) => log('quotes_unavailable', error));
  }
}
