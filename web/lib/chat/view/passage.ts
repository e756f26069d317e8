import type { Backend } from '../backend.ts';
import { LiveValue, type Live } from '../live.ts';
import { at, oldest, withStubs } from '../record/message-window.ts';
import type { RecordKeeper } from '../record/record-keeper.ts';
import { broughtUpToDate } from '../record/unloaded.ts';
import type { MessageRow } from '../wire/rows.ts';
import { PAGE } from './history.ts';

/** Messages on each side of the one that is jumped to. */
const EACH = 50;

export type PassageState = {
  /** An unbroken run of numbers, in order, that ends before the record's window begins. */
  readonly rows: readonly MessageRow[];
  /** The record's cursor when the oldest page was asked for. */
  readonly asked: number;
  readonly loadingOlder: boolean;
  readonly loadingNewer: boolean;
  readonly error: Error | null;
};

/** What a jump has come to: `threadSeq` if the message stands in a thread; 'missing' if there is no such message for this person. */
export type Landing = { readonly found: true; readonly threadSeq: number | null } | { readonly found: false };

/**
 * A stretch of the past that one has jumped to, apart from the window of the record. It grows at both ends; when it has grown as far
 * as the window, the two are one and the passage is over.
 */
export class Passage {
  #conversationId: string;
  #me: string;
  #keeper: RecordKeeper;
  #backend: Pick<Backend, 'find' | 'history'>;
  #state = new LiveValue<PassageState | null>(null);
  /** Counts jumps: an answer to an earlier one is not wanted any more. */
  #jump = 0;

  constructor(conversationId: string, me: string, keeper: RecordKeeper, backend: Pick<Backend, 'find' | 'history'>) {
    this.#conversationId = conversationId;
    this.#me = me;
    this.#keeper = keeper;
    this.#backend = backend;
  }

  /** Null while the window of the record is what is shown. */
  get state(): Live<PassageState | null> {
    return this.#state;
  }

  leave(): void {
    this.#jump += 1;
    this.#state.set(null);
  }

  /** Shows the stretch around a message. Rejects with the classes of errors.ts; what was shown stays then. */
  async jump(seq: number): Promise<Landing> {
    const jump = (this.#jump += 1);
    const known = this.#find(seq);
    if (known) return known;
    const asked = this.#keeper.get(this.#conversationId)?.cursor ?? 0;
    const page = await this.#backend.find(this.#conversationId, { type: 'around', seq, each: EACH });
    const target = page.find((row) => row.seq === seq);
    if (jump !== this.#jump) return landed(target);
    const record = this.#keeper.get(this.#conversationId);
    const newest = page[0]?.seq;
    if (!record || newest === undefined) return { found: false };
    const before = page.filter((row) => row.seq < seq);
    const first = before.length < EACH ? 1 : before.at(-1)!.seq;
    const last = page.length - before.length <= EACH ? record.window.newest : newest;
    this.#state.set({ ...QUIET, rows: withStubs(page, last + 1, first).toReversed(), asked });
    this.#join();
    return landed(target);
  }

  /** Never rejects: `state` tells. */
  async older(): Promise<void> {
    const state = this.#state.current;
    const first = state?.rows[0]?.seq ?? 1;
    if (!state || state.loadingOlder || first === 1) return;
    this.#state.set({ ...state, loadingOlder: true, error: null });
    await this.#grow(async () => {
      const page = await this.#backend.history(this.#conversationId, first, PAGE);
      const older = withStubs(page, first, page.length < PAGE ? 1 : (page.at(-1)?.seq ?? 1)).toReversed();
      return (rows) => [...older, ...rows];
    });
  }

  /** Never rejects: `state` tells. */
  async newer(): Promise<void> {
    const state = this.#state.current;
    const last = state?.rows.at(-1)?.seq;
    if (!state || state.loadingNewer || last === undefined) return;
    this.#state.set({ ...state, loadingNewer: true, error: null });
    await this.#grow(async () => {
      const page = await this.#backend.find(this.#conversationId, { type: 'after', seq: last, limit: PAGE });
      const end = Math.min(last + PAGE, this.#keeper.get(this.#conversationId)?.window.newest ?? last);
      const newer = withStubs(page, end + 1, last + 1).toReversed();
      return (rows) => [...rows, ...newer];
    });
  }

  /** The record may have changed: more than it remembers of what is not in its window, and the passage has to come anew. */
  refresh(): void {
    const state = this.#state.current;
    const record = this.#keeper.get(this.#conversationId);
    if (!state || !record || record.unloaded.since <= state.asked) return;
    const middle = state.rows[state.rows.length >> 1];
    this.#state.set({ ...state, asked: Infinity });
    // Where that fails, it is shown as it was.
    if (middle) this.jump(middle.seq).catch(() => {});
  }

  async #grow(load: () => Promise<(rows: readonly MessageRow[]) => readonly MessageRow[]>): Promise<void> {
    const jump = this.#jump;
    const asked = this.#keeper.get(this.#conversationId)?.cursor ?? 0;
    try {
      const grown = await load();
      const state = this.#state.current;
      if (jump !== this.#jump || !state) return;
      this.#state.set({ ...QUIET, rows: grown(state.rows), asked: Math.min(asked, state.asked) });
      this.#join();
    } catch (error) {
      const state = this.#state.current;
      if (jump === this.#jump && state) this.#state.set({ ...state, ...QUIET, error: error as Error });
    }
  }

  /** Puts what has grown together with the window there. */
  #join(): void {
    const state = this.#state.current;
    const record = this.#keeper.get(this.#conversationId);
    const last = state?.rows.at(-1)?.seq;
    if (!state || !record || last === undefined || last + 1 < oldest(record.window)) return;
    const page = state.rows.filter((row) => row.seq < oldest(record.window)).toReversed();
    if (page.length === 0 || this.#keeper.applyHistory(this.#conversationId, page, state.asked)) this.#state.set(null);
    else this.refresh();
  }

  #find(seq: number): Landing | null {
    const record = this.#keeper.get(this.#conversationId);
    const inPassage = this.#state.current?.rows.find((row) => row.seq === seq);
    if (inPassage) return landed(inPassage);
    const inWindow = record && at(record.window, seq);
    if (!inWindow) return null;
    this.#state.set(null);
    return landed(inWindow);
  }

  /** The rows as they are now. */
  upToDate(state: PassageState): readonly MessageRow[] {
    const record = this.#keeper.get(this.#conversationId);
    return record ? broughtUpToDate(state.rows, record.unloaded, this.#me) : state.rows;
  }
}

const QUIET = { loadingOlder: false, loadingNewer: false, error: null };

function landed(row: MessageRow | undefined): Landing {
  if (!row || row.kind === 'withheld') return { found: false };
  return { found: true, threadSeq: row.thread_seq ?? null };
}
