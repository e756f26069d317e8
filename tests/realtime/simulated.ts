/** The server's connections and channels without a socket or a database: what they ask is answered when the test says so. */
import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type fc from 'fast-check';
import { expect } from 'vitest';
import type { WebSocket } from 'ws';
import type { Extension } from '../../supabase/embedded/realtime/authorization/policies.ts';
import { Refused } from '../../supabase/embedded/realtime/errors.ts';
import { Hub } from '../../supabase/embedded/realtime/hub/hub.ts';
import { limitsSchema } from '../../supabase/embedded/realtime/limits.ts';
import { Metrics } from '../../supabase/embedded/realtime/metrics.ts';
import { codecFor } from '../../supabase/embedded/realtime/protocol/codec.ts';
import { createRates } from '../../supabase/embedded/realtime/rates.ts';
import type { Services } from '../../supabase/embedded/realtime/services.ts';
import { Connection } from '../../supabase/embedded/realtime/socket/connection.ts';
import { People } from '../../supabase/embedded/realtime/socket/people.ts';
import type { Claims } from '../../supabase/embedded/realtime/tokens.ts';

const v2 = codecFor('2.0.0')!;

/** A token is its person's name. The stranger may do nothing on private topics; `forged` is nobody's. */
export const TOKENS = ['ann', 'bob', 'stranger', 'forged'] as const;

/** What one client sent and was sent, message by message. */
export class Client {
  readonly heard: [joinRef: string | null, ref: string | null, topic: string, event: string, payload: { status?: string }][] = [];
  readonly ws = new EventEmitter();
  readonly #socket = { destroyed: false, writableLength: 0, write: (bytes: Buffer) => this.#read(bytes) };
  /** Joins and leaves by ref, until that is checked. */
  readonly unanswered = new Map<string, string>();
  #ref = 0;

  constructor(services: Services) {
    const handshake = { codec: v2, token: 'ann', claims: claimsOf('ann'), headers: {} };
    const own = new Connection(this.ws as unknown as WebSocket, this.#socket as unknown as Duplex, handshake, services);
    services.connections.add(own);
  }

  send(topic: string, event: string, payload: object): void {
    const ref = String((this.#ref += 1));
    if (event === 'phx_join' || event === 'phx_leave') this.unanswered.set(ref, event);
    this.ws.emit('message', Buffer.from(JSON.stringify([ref, ref, `realtime:${topic}`, event, payload])), false);
  }

  crash(): void {
    this.#socket.destroyed = true;
    this.ws.emit('close');
  }

  /** Text frames of a server, one after the other (RFC 6455 5.2). */
  #read(bytes: Buffer): void {
    expect(this.#socket.destroyed, 'written to after it was lost').toBe(false);
    for (let at = 0; at < bytes.length;) {
      expect(bytes[at]).toBe(0x81);
      const [length, header] = bytes[at + 1]! < 126 ? [bytes[at + 1]!, 2] : [bytes.readUInt16BE(at + 2), 4];
      this.heard.push(JSON.parse(bytes.toString('utf8', at + header, at + header + length)) as (typeof this.heard)[number]);
      at += header + length;
    }
  }
}

const claimsOf = (sub: string): Claims => ({ sub, role: 'authenticated', exp: 4e9 });

/** Counts who is let in and who leaves, since what is left over would be a leak. */
class CountedPeople extends People<Connection> {
  readonly balance = new Map<string, number>();

  override enter(person: string | undefined, connection: Connection): void {
    super.enter(person, connection);
    if (person !== undefined) this.balance.set(person, (this.balance.get(person) ?? 0) + 1);
  }

  override leave(person: string | undefined, connection: Connection): void {
    super.leave(person, connection);
    if (person !== undefined) this.balance.set(person, (this.balance.get(person) ?? 0) - 1);
  }
}

/** What a channel is told of changed rows with, as far as it has to be ended again. */
export class SimulatedSubscription {
  ended = false;
  /** Whose rights it has. */
  person: string | undefined;
  readonly #answer: () => Promise<void>;

  constructor(answer: () => Promise<void>) {
    this.#answer = answer;
  }

  async renew(claims: Claims): Promise<void> {
    await this.#answer();
    this.person = claims.sub;
  }

  end(): void {
    this.ended = true;
  }
}

export function makeServices(scheduler: fc.Scheduler) {
  const limits = limitsSchema.parse({ presenceCalls: 1_000 });
  const rates = createRates(limits, () => 0);
  const people = new CountedPeople(limits);
  const problems: string[] = [];
  const subscriptions: SimulatedSubscription[] = [];
  const later = <T>(value: T) => scheduler.schedule(Promise.resolve(value));
  const granted = ({ claims }: { claims: Claims }, extensions: readonly Extension[]) =>
    later(claims.sub === 'stranger' ? [] : [...extensions]);
  const services = {
    hub: new Hub(rates),
    limits,
    rates,
    people,
    metrics: new Metrics(),
    privateOnly: false,
    draining: false,
    log: (_level: string, code: string, message: string) => {
      if (/Crashed|Unknown/.test(code)) problems.push(`${code}: ${message}`);
    },
    tokens: {
      async verify(given: string) {
        await later(undefined);
        if (given === 'forged') throw new Refused('JwtSignatureError');
        return claimsOf(given);
      },
      still: (claims: Claims) => claims,
      remainingMs: () => 3_600_000
    },
    changes: {
      subscription() {
        const subscription = new SimulatedSubscription(() => later(undefined));
        subscriptions.push(subscription);
        return subscription;
      }
    },
    authorizer: { mayRead: granted, mayWrite: granted },
    now: () => 0,
    connections: new Set()
  };
  return { services: services as unknown as Services, people, problems, subscriptions };
}
