/** Two ways to know what was said: by applying every event, and by asking sync() now and then. Both must know the same. */
import type { Session } from '../world.ts';

export type Row = Record<string, unknown> & { seq: number; revision: number };
type Json = Record<string, unknown>;

export interface Known {
  /** From this revision on, every change is known; what was not changed since may not be. */
  since: number;
  revision: number;
  title: unknown;
  messages: Map<number, Row>;
}

export interface Announced {
  topic: string;
  event: string;
  payload: Json;
}

interface Reaction {
  count: number;
  user_ids: string[];
  last: { user_id: string; added: boolean };
}

/** Hears everything that is addressed to one person, in the order in which it was said. */
export class Listener {
  readonly #me: string;
  readonly #epochs = new Map<string, number>();
  readonly known = new Map<string, Known>();
  readonly personal = new Map<string, unknown>();
  personalRevision = 0;

  constructor(me: string) {
    this.#me = me;
  }

  /** @throws when it comes out of turn. */
  hear({ topic, event, payload }: Announced): void {
    const [kind, of, epoch] = topic.split(':') as [string, string, string?];
    if (kind === 'user' ? of !== this.#me : !this.known.has(of) || this.#epochs.get(of) !== Number(epoch)) return;
    if (event === 'personal') return this.#applyPersonal(payload);
    const id = payload.conversation_id as string;
    if (event === 'removed') {
      this.known.delete(id);
    } else if (event === 'moved') {
      this.#epochs.set(id, payload.epoch as number);
    } else if (event === 'voted') {
      const message = this.known.get(id)?.messages.get(payload.seq as number);
      if (message) message.my_votes = payload.my_votes;
    } else if (event !== 'receipt') {
      this.#apply(id, event, payload);
    }
  }

  #apply(id: string, event: string, payload: Json): void {
    const revision = payload.revision as number;
    let known = this.known.get(id);
    if (!known) {
      if (event !== 'conversation') throw new Error(`${event} of a conversation that is not known`);
      known = { since: revision, revision: revision - 1, title: null, messages: new Map() };
      this.known.set(id, known);
    }
    // What those who were there are told of one's own joining.
    if (event === 'member' && revision === known.since) return;
    const message = payload.message as Row | undefined;
    // On the feed of a large conversation one's own withheld message is a number, as for everybody; then comes what one knows more of.
    if (message && revision === known.revision && known.messages.get(message.seq)?.kind === 'withheld') {
      known.messages.set(message.seq, this.#withMine(message, undefined));
      return;
    }
    if (revision !== known.revision + 1) throw new Error(`after revision ${known.revision} came ${revision}, ${event}`);
    known.revision = revision;
    if (event === 'conversation') {
      const header = payload.conversation as { title: unknown; epoch: number };
      known.title = header.title;
      this.#epochs.set(id, header.epoch);
    } else if (event === 'member') {
      this.#epochs.set(id, payload.epoch as number);
    } else if (message) {
      known.messages.set(message.seq, this.#withMine(message, known.messages.get(message.seq)));
    } else throw new Error(`What is ${event}?`);
  }

  /** The event is the same for everybody; what is one's own follows from who changed what. */
  #withMine(message: Row, before: Row | undefined): Row {
    const had = new Set((before?.my_reactions as string[] | undefined) ?? []);
    const mine = Object.entries((message.reactions ?? {}) as Record<string, Reaction>)
      .filter(([emoji, { count, user_ids: ids, last }]) => {
        if (last.user_id === this.#me) return last.added;
        return ids.includes(this.#me) || (count > ids.length && had.has(emoji));
      })
      .map(([emoji]) => emoji);
    return {
      ...message,
      ...(Object.keys(message.reactions ?? {}).length > 0 ? { my_reactions: mine } : {}),
      ...(message.poll ? { my_votes: before?.my_votes ?? [] } : {})
    };
  }

  #applyPersonal({ revision, table, row }: Json): void {
    if (revision !== this.personalRevision + 1)
      throw new Error(`personal: after ${this.personalRevision} came ${String(revision)}`);
    this.personalRevision = revision;
    this.personal.set(`${String(table)} ${String((row as Json).id)}`, row);
  }
}

interface Entry {
  id: string;
  known: boolean;
  cursor: number;
  revision: number;
  receipts_mark: number;
  title: unknown;
  messages: Row[];
}

/** Hears nothing, and asks. */
export class Asker {
  readonly #session: Session;
  readonly #cursors = new Map<string, [number, number]>();
  #personal = 0;
  readonly known = new Map<string, Known>();
  readonly personal = new Map<string, unknown>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Asks until there is no more. */
  async ask(): Promise<void> {
    for (let more = true; more;) {
      const answer = await this.#session.value<{
        conversations: Entry[];
        lost: string[];
        more: boolean;
        personal: { rows: { table: string; row: { id: string } }[]; cursor: number; more: boolean };
      }>('select public.sync($1, $2)', [JSON.stringify(Object.fromEntries(this.#cursors)), this.#personal]);
      for (const entry of answer.conversations) this.#take(entry);
      for (const id of answer.lost) {
        this.known.delete(id);
        this.#cursors.delete(id);
      }
      for (const { table, row } of answer.personal.rows) this.personal.set(`${table} ${row.id}`, row);
      this.#personal = answer.personal.cursor;
      more = answer.more || answer.personal.more;
    }
  }

  #take({ id, known: wasKnown, cursor, title, receipts_mark: mark, messages }: Entry): void {
    if (!wasKnown) this.known.set(id, { since: cursor, revision: cursor, title, messages: new Map() });
    const known = this.known.get(id)!;
    for (const message of messages) {
      if (message.revision <= known.revision) throw new Error(`revision ${message.revision} came again`);
      known.messages.set(message.seq, message);
    }
    known.revision = cursor;
    known.title = title;
    this.#cursors.set(id, [cursor, mark]);
  }
}
