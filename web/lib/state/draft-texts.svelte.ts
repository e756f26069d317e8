import { draftKey, type Chat } from '#lib/chat/index.ts';
import { Reactive } from './reactive.svelte.ts';

/** What the person has begun to write, and what it answers, by conversation, and by the thread in it. */
export class DraftTexts {
  readonly #drafts: Chat['drafts'];
  readonly #all;

  constructor(drafts: Chat['drafts']) {
    this.#drafts = drafts;
    this.#all = new Reactive(drafts.all);
  }

  get(conversationId: string, threadSeq = 0): string | undefined {
    return this.#all.current.get(draftKey(conversationId, threadSeq))?.text;
  }

  /** The number of the message that it answers. */
  replyTo(conversationId: string, threadSeq = 0): number | null {
    return this.#all.current.get(draftKey(conversationId, threadSeq))?.replyTo ?? null;
  }

  /** An empty text takes the draft away. */
  set(
    conversationId: string,
    text: string,
    { threadSeq = 0, replyTo = null }: { threadSeq?: number; replyTo?: number | null } = {}
  ) {
    this.#drafts.save(conversationId, text, { threadSeq, replyTo });
  }
}
