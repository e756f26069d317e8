import { randomUUID } from 'node:crypto';
import type { Person, Session, World } from './world.ts';

export interface Sent {
  id: string;
  conversation: string;
  seq: number;
}

/** Somebody whose connection may die at any moment, and who sends again with the same id until it is acknowledged. */
export class Writer {
  readonly person: Person;
  readonly sent: Sent[] = [];
  /** How often an answer was lost with its connection. */
  interruptions = 0;
  readonly #world: World;
  #session: Session | undefined;

  constructor(world: World, person: Person) {
    this.#world = world;
    this.person = person;
  }

  /** Server process of its connection, while it has one. */
  get pid(): number | undefined {
    return this.#session?.pid;
  }

  async send(conversation: string): Promise<Sent> {
    const id = randomUUID();
    for (;;) {
      try {
        this.#session ??= await this.#world.signIn(this.person);
        const [row] = await this.#session.query<{ seq: string }>('select seq from public.send_message($1, $2, $3)', [
          conversation,
          id,
          `content of ${id}`
        ]);
        const sent = { id, conversation, seq: Number(row!.seq) };
        this.sent.push(sent);
        return sent;
      } catch (error) {
        if (!isLostConnection(error)) throw error;
        this.interruptions += 1;
        this.#session = undefined;
      }
    }
  }
}

/** The server ended the connection (class 57P), or it broke without a word. */
function isLostConnection(error: unknown): boolean {
  const { code = '', message } = error as { code?: string; message: string };
  return code.startsWith('57P') || ['ECONNRESET', 'EPIPE'].includes(code) || /Connection terminated|not queryable/.test(message);
}
