/** What a case begins with: people, clients and topics of its own. What it opens is closed when it ends. */
import { randomUUID } from 'node:crypto';
import { createClient, type RealtimeClientOptions, type SupabaseClient } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import pg from 'pg';
import { type People, type Person, signIn } from './people.ts';
import { RawSocket } from './raw-socket.ts';
import type { Target } from './target.ts';

type Extension = 'broadcast' | 'presence' | 'persistence';

export interface Rights {
  reads?: Extension[];
  writes?: Extension[];
}

export class Scene {
  readonly target: Target;
  readonly ann: Person;
  readonly bob: Person;
  readonly eve: Person;
  readonly #clients: SupabaseClient[] = [];
  readonly #undoing: (() => Promise<unknown>)[] = [];

  constructor(target: Target, { ann, bob, eve }: People) {
    this.target = target;
    this.ann = ann;
    this.bob = bob;
    this.eve = eve;
  }

  /** A name that no other case uses. */
  topic(kind = 'topic'): string {
    return `${kind}:${randomUUID()}`;
  }

  /** Their client, as in a tab of their own; null is a visitor. */
  client(person: Pick<Person, 'token'> | null, realtime: RealtimeClientOptions = {}): SupabaseClient {
    const client = createClient(this.target.url, this.target.key, {
      auth: { persistSession: false, autoRefreshToken: false },
      realtime,
      ...(person ? { accessToken: () => Promise.resolve(person.token) } : {})
    });
    // The client asks for the token by itself as well, but later than a channel that is joined at once.
    if (person) void client.realtime.setAuth(person.token);
    this.#clients.push(client);
    return client;
  }

  /** A bare socket, for what the client never sends. */
  async socket(person: Pick<Person, 'token'> | null, vsn: '1.0.0' | '2.0.0' = '2.0.0'): Promise<RawSocket> {
    const socket = await RawSocket.open(this.target, vsn, person?.token);
    this.#undoing.push(() => socket.close());
    return socket;
  }

  /** Says what somebody may do on a private topic, in place of what was said before. */
  async grant(topic: string, person: Person, { reads = ['broadcast', 'presence'], writes = reads }: Rights = {}): Promise<void> {
    const { error } = await this.client(person).from('behaviour_members').upsert({ topic, user_id: person.id, reads, writes });
    if (error) throw new Error(`${error.message}: is the suite's SQL applied?`, { cause: error });
  }

  /** A private topic on which these may do everything. */
  async room(...members: Person[]): Promise<string> {
    const topic = this.topic('room');
    for (const member of members) await this.grant(topic, member);
    return topic;
  }

  /** The same person with another token. */
  newToken({ email, password }: Person): Promise<Person> {
    return signIn(this.target, { email, password });
  }

  /** A token with any claims; needs `jwtSecret`. */
  sign(claims: Record<string, unknown>, secret = this.target.jwtSecret!): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT({ role: 'authenticated', aud: 'authenticated', exp: now + 3_600, ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(new TextEncoder().encode(secret));
  }

  /** Calls one of the suite's functions in the database. */
  async call(person: Person, name: string, args: Record<string, unknown>): Promise<void> {
    const { error } = await this.client(person).rpc(name, args);
    if (error) throw new Error(error.message, { cause: error });
  }

  /** Runs SQL as `postgres`; needs `db`. */
  async sql(text: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.target.db! });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }

  /** To be done when the case ends, the last first. */
  afterwards(undo: () => Promise<unknown>): void {
    this.#undoing.push(undo);
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#clients.map(async (client) => {
        await client.removeAllChannels();
        await client.realtime.disconnect();
      })
    );
    for (const undo of this.#undoing.reverse()) await undo();
  }
}
