import type { Backend } from '../../../web/lib/chat/backend.ts';
import type { OutboxEntry } from '../../../web/lib/chat/outbox/entry.ts';
import type { KeptRead } from '../../../web/lib/chat/receipts/kept-read.ts';
import type { MessageRow } from '../../../web/lib/chat/wire/rows.ts';

type Sent = { id: string; writer: string; userId: string; conversationId: string };
type Request = Parameters<Backend['perform']>[0];

/** What was promised to people: what is kept will be sent, what is discarded before it was sent will not. */
export class Ledger {
  /** Messages that a store has, in the order of writing. */
  readonly kept = new Map<string, Sent>();
  readonly refused = new Set<string>();
  readonly discarded = new Set<string>();
  /** Discarded, and gone from the store, before anybody had asked the server for it: a crash between the two brings it back. */
  readonly never = new Set<string>();
  readonly performed = new Set<string>();
  /** What each edited message says: by the last of its edits to be made first, whatever came twice or late. */
  readonly says = new Map<string, string>();
  /** Whether each person has given each reaction, in the same way. */
  readonly reacts = new Map<string, boolean>();
  /** How far each person has read each conversation, once a store has it, and since when. */
  readonly reads = new Map<string, { seq: number; at: number }>();
  #asked = new Set<string>();
  #requests = 0;

  keep(writer: string, { id, userId, conversationId, action, refusal }: OutboxEntry): void {
    if (refusal) this.refused.add(id);
    if (action.type === 'send' && !this.kept.has(id)) this.kept.set(id, { id, writer, userId, conversationId });
  }

  read({ userId, conversationId, seq }: KeptRead, at: number): void {
    const place = `${userId} ${conversationId}`;
    if (seq > (this.reads.get(place)?.seq ?? 0)) this.reads.set(place, { seq, at });
  }

  ask({ id }: Request): void {
    if (this.never.has(id)) throw new Error(`${id} was discarded, and is sent`);
    this.#asked.add(id);
    this.#requests += 1;
  }

  perform(userId: string, { id, conversationId, content, action }: Request, answer: MessageRow): void {
    const isFirst = !this.performed.has(id);
    this.performed.add(id);
    if (!isFirst) return;
    // What somebody who is withheld says anew in the open changes nothing.
    if (action.type === 'edit' && answer.content === content) this.says.set(`${conversationId}/${action.seq}`, content);
    if (action.type === 'react') this.reacts.set(`${conversationId}/${action.seq}/${action.emoji}/${userId}`, action.on);
  }

  discard(id: string): void {
    this.discarded.add(id);
  }

  counts(): Record<string, number> {
    return {
      'messages kept': this.kept.size,
      'messages refused': [...this.kept.keys()].filter((id) => this.refused.has(id)).length,
      'messages discarded': [...this.kept.keys()].filter((id) => this.discarded.has(id)).length,
      'entries sent again': this.#requests - this.#asked.size
    };
  }

  remove(id: string): void {
    if (this.discarded.has(id) && !this.#asked.has(id)) this.never.add(id);
  }
}
