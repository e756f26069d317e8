import type { Backend } from '../backend.ts';
import { LiveValue, type Live } from '../live.ts';
import { hasOlder, oldest, withStubs, type MessageWindow } from '../record/message-window.ts';
import type { RecordKeeper } from '../record/record-keeper.ts';
import { isInMain } from './excerpts.ts';

/** Messages of one page of history. */
export const PAGE = 50;

/** So many messages are on a screen at most: loading goes on until there are. */
const SHOWN_MIN = 20;

export type HistoryState = { readonly loadingOlder: boolean; readonly loaded: boolean; readonly error: Error | null };

/** Loads the history of one conversation, page by page, backwards from what is there. */
export class History {
  #conversationId: string;
  #keeper: RecordKeeper;
  #backend: Pick<Backend, 'history'>;
  #state = new LiveValue<HistoryState>({ loadingOlder: false, loaded: false, error: null });
  #loading: Promise<void> | null = null;

  constructor(conversationId: string, keeper: RecordKeeper, backend: Pick<Backend, 'history'>) {
    this.#conversationId = conversationId;
    this.#keeper = keeper;
    this.#backend = backend;
  }

  get state(): Live<HistoryState> {
    return this.#state;
  }

  /** Makes sure that there is a page to show, of the conversation itself: its threads are shown elsewhere. Called whenever the record has changed: it may have become known, or its window been skipped. */
  fill(): void {
    const window = this.#keeper.get(this.#conversationId)?.window;
    if (!window) return;
    if (hasOlder(window) && (window.messages.length < PAGE || shownIn(window) < SHOWN_MIN)) {
      if (!this.#state.current.error) void this.older();
    } else if (!this.#state.current.loaded) this.#state.set({ ...this.#state.current, loaded: true });
  }

  /** There is reason to hope: a page that could not be had is asked for again. */
  retry(): void {
    if (!this.#state.current.error) return;
    this.#state.set({ ...this.#state.current, error: null });
    this.fill();
  }

  /** Never rejects: `state` tells. */
  older(): Promise<void> {
    return (this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    }));
  }

  async #load(): Promise<void> {
    try {
      for (let isApplied = false; !isApplied;) {
        const record = this.#keeper.get(this.#conversationId);
        if (!record || !hasOlder(record.window)) {
          if (this.#state.current.loadingOlder) this.#state.set({ ...this.#state.current, loadingOlder: false });
          return;
        }
        this.#state.set({ ...this.#state.current, loadingOlder: true, error: null });
        const before = oldest(record.window);
        const rows = await this.#backend.history(this.#conversationId, before, PAGE);
        const page = withStubs(rows, before, rows.length < PAGE ? 1 : (rows.at(-1)?.seq ?? 1));
        isApplied = this.#keeper.applyHistory(this.#conversationId, page, record.cursor);
      }
      this.#state.set({ loadingOlder: false, loaded: true, error: null });
    } catch (error) {
      this.#state.set({ loadingOlder: false, loaded: true, error: error as Error });
    }
  }
}

/** Counted up to SHOWN_MIN. */
function shownIn({ messages }: MessageWindow): number {
  let count = 0;
  for (let n = messages.length - 1; n >= 0 && count < SHOWN_MIN; n--) if (isInMain(messages[n]!)) count += 1;
  return count;
}
