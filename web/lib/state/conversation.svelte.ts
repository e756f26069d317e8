import type { ConversationView, Member, Person, TimelineMessage } from '#lib/chat/index.ts';
import { Reactive } from './reactive.svelte.ts';
import { RowMaker } from './rows.ts';

/** The conversation on screen, for components: what it shows, and what a person can do in it. */
export class Conversation {
  readonly view: ConversationView;
  readonly #summary;
  readonly #lost;
  readonly #timeline;
  readonly #members;
  readonly #typing;
  readonly #maker = new RowMaker();
  readonly rows;

  constructor(view: ConversationView) {
    this.view = view;
    this.#summary = new Reactive(view.summary);
    this.#lost = new Reactive(view.lost);
    this.#timeline = new Reactive(view.timeline);
    this.#members = new Reactive(view.members);
    this.#typing = new Reactive(view.typing);
    this.rows = $derived(this.#maker.rows(this.timeline));
  }

  get id() {
    return this.view.id;
  }

  get summary() {
    return this.#summary.current;
  }

  get lost() {
    return this.#lost.current;
  }

  get timeline() {
    return this.#timeline.current;
  }

  /** A loaded message by its number. */
  message(seq: number): TimelineMessage | undefined {
    return this.timeline.messages.find((message) => message.seq === seq);
  }

  get members(): readonly Member[] {
    return this.#members.current;
  }

  get typing(): readonly Person[] {
    return this.#typing.current;
  }
}
