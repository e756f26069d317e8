import type { ConversationView, LinkPreview, TimelineMessage } from '#lib/chat/index.ts';

/** Where a text goes: a conversation, or a thread in it. */
export type Destination = Pick<ConversationView, 'send' | 'reply' | 'edit'>;

/** What is kept of what has been begun. */
export type KeptText = {
  get(): string;
  /** The number of the message that it answers. */
  replyTo(): number | null;
  set(text: string, replyTo: number | null): void;
  /** A message of the conversation, if it is loaded. */
  find(seq: number): TimelineMessage | undefined;
};

/** What the text in the composer will become: a message, an answer, or another text of a message that is there. */
export class Composition {
  #view: Destination;
  #draft: KeptText;
  #edited = $state<{ message: TimelineMessage; text: string } | null>(null);
  /** Undefined: what the draft says. */
  #answer = $state<{ seq: number; message: TimelineMessage | null } | null>();

  /** `draft`: the text that is kept for this conversation while nothing is edited. */
  constructor(view: Destination, draft: KeptText) {
    this.#view = view;
    this.#draft = draft;
  }

  get text(): string {
    return this.#edited?.text ?? this.#draft.get();
  }

  set text(text: string) {
    if (this.#edited) {
      this.#edited.text = text;
      return;
    }
    const seq = this.#replyTo;
    // The draft ends with its text, the answer does not: the text may have been taken to be sent.
    if (this.#answer === undefined && seq !== null) this.#answer = { seq, message: null };
    this.#draft.set(text, seq);
  }

  get edited(): TimelineMessage | null {
    return this.#edited?.message ?? null;
  }

  get answered(): TimelineMessage | null {
    const seq = this.#replyTo;
    if (this.#edited || seq === null) return null;
    return this.#answer?.message ?? this.#draft.find(seq) ?? null;
  }

  edit(message: TimelineMessage): void {
    this.#edited = { message, text: message.content };
  }

  answer(message: TimelineMessage): void {
    this.#edited = null;
    if (message.seq === null) return;
    this.#answer = { seq: message.seq, message };
    this.#draft.set(this.#draft.get(), message.seq);
  }

  /** Gives up the edit, or else answering. */
  cancel(): void {
    if (this.#edited) {
      this.#edited = null;
      return;
    }
    this.#answer = null;
    this.#draft.set(this.#draft.get(), null);
  }

  /** Returns whether a new message has come of it. `preview`: of a link in it. */
  submit(text: string, preview?: LinkPreview): boolean {
    const { edited } = this;
    if (edited?.seq != null) {
      this.cancel();
      if (text !== edited.content) this.#view.edit(edited.seq, text);
      return false;
    }
    const seq = this.#replyTo;
    if (seq !== null) this.#view.reply(seq, text, preview);
    else this.#view.send(text, preview);
    this.#answer = null;
    return true;
  }

  get #replyTo(): number | null {
    return this.#answer === undefined ? this.#draft.replyTo() : (this.#answer?.seq ?? null);
  }
}
