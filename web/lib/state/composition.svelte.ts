import type { ConversationView, TimelineMessage } from '#lib/chat/index.ts';

/** Where a text goes: a conversation, or a thread in it. */
export type Destination = Pick<ConversationView, 'send' | 'reply' | 'edit'>;

/** What the text in the composer will become: a message, an answer, or another text of a message that is there. */
export class Composition {
  #view: Destination;
  #draft: { get(): string; set(text: string): void };
  #edited = $state<{ message: TimelineMessage; text: string } | null>(null);
  #answered = $state<TimelineMessage | null>(null);

  /** `draft`: the text that is kept for this conversation while nothing is edited. */
  constructor(view: Destination, draft: { get(): string; set(text: string): void }) {
    this.#view = view;
    this.#draft = draft;
  }

  get text(): string {
    return this.#edited?.text ?? this.#draft.get();
  }

  set text(text: string) {
    if (this.#edited) this.#edited.text = text;
    else this.#draft.set(text);
  }

  get edited(): TimelineMessage | null {
    return this.#edited?.message ?? null;
  }

  get answered(): TimelineMessage | null {
    return this.#answered;
  }

  edit(message: TimelineMessage): void {
    this.#answered = null;
    this.#edited = { message, text: message.content };
  }

  answer(message: TimelineMessage): void {
    this.#edited = null;
    this.#answered = message;
  }

  cancel(): void {
    this.#edited = null;
    this.#answered = null;
  }

  /** Returns whether a new message has come of it. */
  submit(text: string): boolean {
    const { edited, answered } = this;
    this.cancel();
    if (edited?.seq != null) {
      if (text !== edited.content) this.#view.edit(edited.seq, text);
      return false;
    }
    if (answered?.seq != null) this.#view.reply(answered.seq, text);
    else this.#view.send(text);
    return true;
  }
}
