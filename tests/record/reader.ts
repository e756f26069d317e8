import type { Session } from './world.ts';

export interface ReadMessage {
  seq: number;
  id: string;
  revision: number;
  content: string;
}

interface Answer {
  conversations: {
    id: string;
    known: boolean;
    cursor: number;
    receipts_mark: number;
    last_seq: number;
    messages: ReadMessage[];
  }[];
  lost: string[];
  more: boolean;
}

/** Somebody who only polls: keeps what sync() brings, and holds every answer to what it promises. */
export class Reader {
  readonly #session: Session;
  readonly #cursors = new Map<string, [number, number]>();
  readonly #read = new Map<string, ReadMessage[]>();
  /** Newest message when a conversation appeared that was not known: from there on it is followed. */
  readonly #start = new Map<string, number>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Takes these conversations as known from their beginning. */
  knows(...conversations: string[]): this {
    for (const id of conversations) this.#cursors.set(id, [0, 0]);
    return this;
  }

  messages(conversation: string): ReadMessage[] {
    return this.#read.get(conversation) ?? [];
  }

  /** One call. @throws when it brings a message out of turn: a hole, a repetition, another order. */
  async poll(): Promise<Answer> {
    const answer = await this.#session.value<Answer>('select public.sync($1)', [
      JSON.stringify(Object.fromEntries(this.#cursors))
    ]);
    for (const { id, known, last_seq: lastSeq, messages, cursor, receipts_mark: mark } of answer.conversations) {
      const read = this.messages(id);
      if (!known) this.#start.set(id, lastSeq);
      for (const message of messages) {
        const expected = (read.at(-1)?.seq ?? this.#start.get(id) ?? 0) + 1;
        if (message.seq !== expected) throw new Error(`${id}: after ${expected - 1} came ${message.seq}`);
        if (message.revision <= (read.at(-1)?.revision ?? 0)) throw new Error(`${id}: revision ${message.revision} came late`);
        read.push(message);
      }
      this.#read.set(id, read);
      this.#cursors.set(id, [cursor, mark]);
    }
    return answer;
  }

  /** Polls until it has `count` messages. The test's own limit of time ends it otherwise. */
  async until(count: number): Promise<void> {
    const total = () => [...this.#read.values()].reduce((sum, messages) => sum + messages.length, 0);
    while (total() < count) await this.poll();
  }
}
