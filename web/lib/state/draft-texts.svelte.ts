import { draftKey, type Chat } from '#lib/chat/index.ts';
import { Reactive } from './reactive.svelte.ts';

/** What the person has begun to write, by conversation. */
export class DraftTexts {
  readonly #drafts: Chat['drafts'];
  readonly #all;

  constructor(drafts: Chat['drafts']) {
    this.#drafts = drafts;
    this.#all = new Reactive(drafts.all);
  }

  get(conversationId: string): string | undefined {
    return this.#all.current.get(draftKey(conversationId, 0))?.text;
  }

  /** An empty text takes the draft away. */
  set(conversationId: string, text: string): void {
    this.#drafts.save(conversationId, text);
  }
}
