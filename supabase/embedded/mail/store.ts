import { EventEmitter } from 'node:events';
import type { Message } from './message.ts';
import { parseQuery } from './query.ts';

const MAX_MESSAGES = 500;
const MAX_BYTES = 64 << 20;

/** The mails since the start, the newest first. The oldest go when there are too many or they are too large together. */
export class MailStore {
  #messages: Message[] = [];
  readonly #changes = new EventEmitter<{ change: [] }>().setMaxListeners(0);

  add(message: Message): void {
    this.#messages.unshift(message);
    let bytes = 0;
    // The newest stays, however large it is.
    const tooMany = this.#messages.findIndex((kept, at) => (bytes += kept.Size) > MAX_BYTES && at > 0);
    this.#messages.length = Math.min(tooMany < 0 ? Infinity : tooMany, this.#messages.length, MAX_MESSAGES);
    this.#changes.emit('change');
  }

  get(id: string): Message | undefined {
    return id === 'latest' ? this.#messages[0] : this.#messages.find((message) => message.ID === id);
  }

  /** All of them, or those that a query such as `to:ann@example.com subject:"new password"` finds. */
  list(query = ''): Message[] {
    const matches = parseQuery(query);
    return this.#messages.filter((message) => matches(message));
  }

  markRead(message: Message): void {
    if (message.Read) return;
    message.Read = true;
    this.#changes.emit('change');
  }

  remove(which: (message: Message) => boolean): void {
    this.#messages = this.#messages.filter((message) => !which(message));
    this.#changes.emit('change');
  }

  /** Calls back after each change, until the answer is called. */
  onChange(listener: () => void): () => void {
    this.#changes.on('change', listener);
    return () => this.#changes.off('change', listener);
  }
}
