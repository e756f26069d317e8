import type { ConversationView, Member, Permission, Person, TimelineMessage } from '#lib/chat/index.ts';
import { eachFrame } from './pace.ts';
import { Reactive } from './reactive.svelte.ts';
import { bySeq, RowMaker } from './rows.ts';

/** The conversation on screen, for components: what it shows, and what a person can do in it. */
export class Conversation {
  readonly view: ConversationView;
  readonly #summary;
  readonly #lost;
  readonly #timeline;
  readonly #members;
  readonly #may;
  readonly #pins;
  readonly #quoted;
  readonly #typing;
  readonly #maker = new RowMaker();
  readonly rows;
  readonly #bySeq: ReadonlyMap<number | null, TimelineMessage>;

  constructor(view: ConversationView) {
    this.view = view;
    this.#summary = new Reactive(view.summary, eachFrame);
    this.#lost = new Reactive(view.lost);
    this.#timeline = new Reactive(view.timeline, eachFrame);
    this.#members = new Reactive(view.members, eachFrame);
    this.#may = new Reactive(view.may);
    this.#pins = new Reactive(view.pins, eachFrame);
    this.#quoted = new Reactive(view.quoted, eachFrame);
    this.#typing = new Reactive(view.typing, eachFrame);
    this.rows = $derived(this.#maker.rows(this.timeline));
    this.#bySeq = $derived(bySeq(this.timeline.messages));
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

  /** A message by its number, if it is loaded or somebody answers it. */
  message(seq: number): TimelineMessage | undefined {
    return this.#bySeq.get(seq) ?? this.#quoted.current.get(seq);
  }

  /** What one's role allows here. */
  get may(): ReadonlySet<Permission> {
    return this.#may.current;
  }

  get pins(): readonly TimelineMessage[] {
    return this.#pins.current;
  }

  get members(): readonly Member[] {
    return this.#members.current;
  }

  get typing(): readonly Person[] {
    return this.#typing.current;
  }
}
