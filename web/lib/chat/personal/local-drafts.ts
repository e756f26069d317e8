import { LiveValue, type Live } from '../live.ts';
import type { Draft } from './personal.ts';
import { draftKey } from './tables.ts';

/** What one has begun to write where the server is not to read it: it stays in this tab. */
export class LocalDrafts {
  #all = new LiveValue<ReadonlyMap<string, Draft>>(new Map());

  get all(): Live<ReadonlyMap<string, Draft>> {
    return this.#all;
  }

  /** Blank ends it. */
  save(draft: Draft): void {
    const next = new Map(this.#all.current);
    const key = draftKey(draft.conversationId, draft.threadSeq);
    if (draft.text.trim() === '') next.delete(key);
    else next.set(key, draft);
    if (next.size > 0 || this.#all.current.size > 0) this.#all.set(next);
  }

  end(conversationId: string, threadSeq: number): void {
    this.save({ conversationId, threadSeq, text: '', replyTo: null, savedAt: new Date(0) });
  }
}
