import type { Backend } from '../backend.ts';
import { derive } from '../derive.ts';
import type { Live } from '../live.ts';
import type { TimelineMessage } from '../snapshots.ts';
import { Collection, type CollectionOptions } from './collection.ts';
import type { Directory } from './people.ts';
import { shown } from './shown-message.ts';

export type PinsOptions = Omit<CollectionOptions, 'belongs'> & {
  conversationId: string;
  people: Live<Directory>;
  backend: Pick<Backend, 'find'>;
};

/** The pinned messages of a conversation, the newest pin first. */
export class Pins {
  readonly messages: Live<readonly TimelineMessage[]>;
  #options: PinsOptions;
  #rows: Collection;
  #isAsked = false;
  #hasFailed = false;

  constructor(options: PinsOptions) {
    this.#options = options;
    this.#rows = new Collection({ ...options, belongs: (row) => row.pinned_at != null && row.deleted_at === null });
    this.messages = derive([this.#rows.rows, options.people], (rows, people) =>
      rows
        .toSorted((a, b) => Date.parse(b.pinned_at ?? '') - Date.parse(a.pinned_at ?? ''))
        .map((row) => shown(row, null, options.me, people))
    );
  }

  /** There is reason to hope: what could not be had is asked for again. */
  retry(): void {
    if (this.#hasFailed) this.#isAsked = false;
  }

  /** Asks for them, once, and again when that was too long ago. */
  refresh(): void {
    if (this.#isAsked && !this.#rows.isStale) return;
    this.#isAsked = true;
    this.#hasFailed = false;
    const { backend, conversationId, log } = this.#options;
    this.#rows
      .replace(() => backend.find(conversationId, { type: 'pinned' }))
      .catch((error: unknown) => {
        this.#hasFailed = true;
        log('pins_unavailable', error);
      });
  }
}
