/** Who is connected: connections with a channel, and whose they are. A person is the `sub` of a channel's token. */
import { Refused } from '../errors.ts';
import type { Limits } from '../limits.ts';

export class People<Connection> {
  readonly #limits: Pick<Limits, 'connections' | 'connectionsPerPerson'>;
  readonly #connections = new Set<Connection>();
  /** How many channels each of a person's connections has. */
  readonly #byPerson = new Map<string, Map<Connection, number>>();

  constructor(limits: Pick<Limits, 'connections' | 'connectionsPerPerson'>) {
    this.#limits = limits;
  }

  /** Connections that have, or had, a channel. */
  get connected(): number {
    return this.#connections.size;
  }

  get full(): boolean {
    return this.#limits.connections !== null && this.#connections.size >= this.#limits.connections;
  }

  /** Throws Refused when another connection would be one too many. */
  admit(connection: Connection): void {
    if (this.full && !this.#connections.has(connection)) throw new Refused('ConnectionRateLimitReached');
  }

  /** From now on the connection counts, until it is gone. */
  count(connection: Connection): void {
    this.#connections.add(connection);
  }

  gone(connection: Connection): void {
    this.#connections.delete(connection);
  }

  /** A channel of this person's begins on the connection. Throws Refused when they have too many connections. */
  enter(person: string | undefined, connection: Connection): void {
    if (person === undefined) return;
    const own = this.#byPerson.get(person) ?? new Map<Connection, number>();
    const most = this.#limits.connectionsPerPerson;
    if (most !== null && own.size >= most && !own.has(connection))
      throw new Refused('ConnectionRateLimitReached', { reason: `Too many connections of one person: ${most} are allowed` });
    own.set(connection, (own.get(connection) ?? 0) + 1);
    this.#byPerson.set(person, own);
  }

  /** One of this person's channels on the connection ends. */
  leave(person: string | undefined, connection: Connection): void {
    const own = person === undefined ? undefined : this.#byPerson.get(person);
    if (!own) return;
    const left = (own.get(connection) ?? 0) - 1;
    if (left > 0) own.set(connection, left);
    else own.delete(connection);
    if (own.size === 0) this.#byPerson.delete(person!);
  }
}
