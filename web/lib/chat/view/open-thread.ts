import type { ProgressOf } from '../attachments/attachment.ts';
import type { Backend } from '../backend.ts';
import { derive } from '../derive.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Log } from '../log.ts';
import type { OutboxItem } from '../outbox/plan.ts';
import { withoutHidden } from '../personal/hidden-messages.ts';
import type { ConversationRecord } from '../record/conversation-record.ts';
import type { Timeline, TimelineMessage } from '../snapshots.ts';
import type { MessageRow } from '../wire/rows.ts';
import { Collection, type CollectionOptions } from './collection.ts';
import { threadExcerpt } from './excerpts.ts';
import type { HistoryState } from './history.ts';
import type { Directory } from './people.ts';
import { shown } from './shown-message.ts';
import { timelineBuilder } from './timeline.ts';

/** Messages of one page of a thread. */
const PAGE = 50;

export type ThreadParts = {
  me: string;
  conversationId: string;
  record: Live<ConversationRecord | undefined>;
  open: CollectionOptions['open'];
  own: Live<readonly OutboxItem[]>;
  people: Live<Directory>;
  hidden: Live<ReadonlySet<number> | undefined>;
  online: Live<boolean>;
  progress: ProgressOf;
  backend: Pick<Backend, 'find'>;
  log: Log;
};

/** The thread under one message. */
export class OpenThread {
  /** Null while it is not known. */
  readonly root: Live<TimelineMessage | null>;
  readonly timeline: Live<Timeline>;
  /** Those of it that are loaded. */
  readonly rows: Live<readonly MessageRow[]>;
  #parts: ThreadParts;
  readonly #rootSeq: number;
  #replies: Collection;
  #above: Collection;
  #hasOlder = new LiveValue(true);
  #state = new LiveValue<HistoryState>({ loadingOlder: false, loaded: false, error: null });

  constructor(rootSeq: number, parts: ThreadParts) {
    const { me, record, open, own, people, online, log } = parts;
    this.#parts = parts;
    this.#rootSeq = rootSeq;
    const belongs = (row: MessageRow) => row.thread_seq === rootSeq;
    this.#replies = new Collection({ me, record, belongs, open, log });
    this.#above = new Collection({ me, record, belongs: (row) => row.seq === rootSeq, open, log });
    this.rows = derive([this.#above.rows, this.#replies.rows], (above, replies) => [...above, ...replies]);
    this.root = derive([this.#above.rows, people], ([row], directory) => (row ? shown(row, null, me, directory) : null));
    const excerpt = derive([this.#replies.rows], (rows) => threadExcerpt(rootSeq, rows));
    const all = derive([record, excerpt, own, people, online], timelineBuilder(me, parts.progress));
    const messages = derive([all, parts.hidden], withoutHidden);
    this.timeline = derive([messages, this.#hasOlder, this.#state], (list, hasOlder, state) => ({
      messages: list,
      hasOlder,
      ...state,
      readSeqAtOpen: Number.MAX_SAFE_INTEGER,
      hasNewer: false
    }));
    void this.loadOlder();
  }

  /** Never rejects: `timeline` tells. */
  async loadOlder(): Promise<void> {
    if (this.#state.current.loadingOlder || !this.#hasOlder.current) return;
    const { backend, conversationId } = this.#parts;
    this.#state.set({ ...this.#state.current, loadingOlder: true, error: null });
    try {
      if (!this.root.current) await this.#above.add(() => backend.find(conversationId, { type: 'these', seqs: [this.#rootSeq] }));
      const page = await this.#replies.add(() => backend.find(conversationId, this.#pageBefore(this.#oldest())));
      if (page.length < PAGE) this.#hasOlder.set(false);
      this.#state.set({ loadingOlder: false, loaded: true, error: null });
    } catch (error) {
      this.#state.set({ loadingOlder: false, loaded: true, error: error as Error });
    }
  }

  /** The record may have changed. */
  refresh(): void {
    if (!this.#replies.isStale) return;
    const { backend, conversationId, log } = this.#parts;
    const ask = () => backend.find(conversationId, this.#pageBefore(Number.MAX_SAFE_INTEGER));
    this.#replies.replace(ask).then(
      () => this.#hasOlder.set(true),
      (error: unknown) => log('thread_unavailable', error)
    );
  }

  /** There is reason to hope: a page that could not be had is asked for again. */
  retry(): void {
    if (this.#state.current.error) void this.loadOlder();
  }

  /** Of those asked for, not of those that the record happens to have. */
  #oldest(): number {
    return this.#state.current.loaded ? (this.#replies.rows.current[0]?.seq ?? Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER;
  }

  #pageBefore(before: number) {
    return { type: 'thread' as const, root: this.#rootSeq, before, limit: PAGE };
  }
}
