import type { Clock } from '../clock.ts';
import { LiveValue, type Live } from '../live.ts';
import { quiet, stepTyping, type TypingInput, type TypingState } from './typing-sender.ts';
import { expire, heard, nobody, without, type Typists } from './typists.ts';

export type TypingHubOptions = {
  /** Tells the room. */
  say: (conversationId: string, typing: boolean) => void;
  clock: Clock;
};

type Sender = { state: TypingState; cancel: (() => void) | null };
type Receiver = { typists: Typists; cancel: (() => void) | null };

/** Typing of all open conversations: one's own is said, the others' is known, both with their timers. */
export class TypingHub {
  #options: TypingHubOptions;
  #senders = new Map<string, Sender>();
  #receivers = new Map<string, Receiver>();
  #typing = new LiveValue<ReadonlyMap<string, readonly string[]>>(new Map());

  constructor(options: TypingHubOptions) {
    this.#options = options;
  }

  /** User ids of the others who are typing, by conversation. */
  get typing(): Live<ReadonlyMap<string, readonly string[]>> {
    return this.#typing;
  }

  keystroke(conversationId: string): void {
    this.#step(conversationId, 'keystroke');
  }

  /** The message was sent, or the text given up. */
  ended(conversationId: string): void {
    this.#step(conversationId, 'ended');
  }

  /** The room hears from now on: what was said before was lost. */
  joined(conversationId: string): void {
    if (this.#senders.has(conversationId)) this.#step(conversationId, 'joined');
  }

  heard(conversationId: string, userId: string, typing: boolean): void {
    this.#receive(conversationId, (typists, now) => heard(typists, userId, typing, now));
  }

  /** Their message came, or they left. */
  clear(conversationId: string, userIds: Iterable<string>): void {
    if (this.#receivers.has(conversationId)) this.#receive(conversationId, (typists) => without(typists, userIds));
  }

  /** The room is left, or lost: nothing is known any more. */
  forget(conversationId: string): void {
    this.#receive(conversationId, () => nobody);
  }

  stop(): void {
    for (const { cancel } of [...this.#senders.values(), ...this.#receivers.values()]) cancel?.();
    this.#senders.clear();
    this.#receivers.clear();
    this.#typing.set(new Map());
  }

  #step(conversationId: string, input: TypingInput): void {
    const { clock, say } = this.#options;
    const sender = this.#senders.get(conversationId) ?? { state: quiet(), cancel: null };
    const step = stepTyping(sender.state, input, clock.now());
    sender.cancel?.();
    const cancel =
      step.wakeAt === null ? null : clock.after(step.wakeAt - clock.now(), () => this.#step(conversationId, 'time_passed'));
    this.#senders.set(conversationId, { state: step.state, cancel });
    if (step.say !== null) say(conversationId, step.say);
  }

  #receive(conversationId: string, change: (typists: Typists, now: number) => Typists): void {
    const { clock } = this.#options;
    const receiver = this.#receivers.get(conversationId) ?? { typists: nobody, cancel: null };
    const { typists, wakeAt } = expire(change(receiver.typists, clock.now()), clock.now());
    receiver.cancel?.();
    const again = () => this.#receive(conversationId, (unchanged) => unchanged);
    const cancel = wakeAt === null ? null : clock.after(wakeAt - clock.now(), again);
    this.#receivers.set(conversationId, { typists, cancel });

    const before = this.#typing.current.get(conversationId) ?? [];
    const after = [...typists.keys()];
    if (before.length === after.length && before.every((id, index) => id === after[index])) return;
    const typing = new Map(this.#typing.current);
    if (after.length > 0) typing.set(conversationId, after);
    else typing.delete(conversationId);
    this.#typing.set(typing);
  }
}
