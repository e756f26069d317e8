/**
 * Joins, leaves, new tokens, broadcasts, presence and lost connections in any order, while the answers to what the server asks
 * come in any order too. A model that knows nothing of waiting says who must be where in the end.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TopicMember } from '../../supabase/embedded/realtime/hub/topic.ts';
import { sharedPush } from '../../supabase/embedded/realtime/protocol/shared-frame.ts';
import { Client, makeServices, TOKENS } from './simulated.ts';

const CONNECTIONS = 3;
const TOPICS = ['a', 'b'];

type Where = { connection: number; topic: string };
type Step =
  | ({ do: 'join'; isPrivate: boolean; token: string; presence: boolean; changes: boolean; wait: boolean } & Where)
  | ({ do: 'leave' | 'broadcast' | 'untrack' } & Where)
  | ({ do: 'track'; n: number } & Where)
  | ({ do: 'token'; token: string } & Where)
  | { do: 'crash'; connection: number }
  | { do: 'answer' };

const connection = fc.nat({ max: CONNECTIONS - 1 });
const where = { connection, topic: fc.constantFrom(...TOPICS) };
const token = fc.constantFrom(...TOKENS);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('join' as const),
      ...where,
      isPrivate: fc.boolean(),
      token,
      presence: fc.boolean(),
      changes: fc.boolean(),
      wait: fc.boolean()
    })
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('leave' as const, 'broadcast' as const, 'untrack' as const), ...where })
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('track' as const), ...where, n: fc.nat({ max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('token' as const), ...where, token }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), connection }) },
  { weight: 6, arbitrary: fc.constant({ do: 'answer' as const }) }
);

interface Joined {
  isPrivate: boolean;
  token: string;
  /** Whether it is told of changed rows. */
  changes: boolean;
  /** What it is present with. */
  tracked?: number;
}

/** What must have become of each channel, as if every answer came at once. */
class Model {
  readonly channels = new Map<string, Joined>();

  take(one: Step): void {
    if (one.do === 'answer') return;
    if (one.do === 'crash') {
      for (const topic of TOPICS) this.channels.delete(`${one.connection} ${topic}`);
      return;
    }
    const place = `${one.connection} ${one.topic}`;
    const channel = this.channels.get(place);
    if (one.do === 'join') {
      this.channels.delete(place);
      if (one.token === 'forged' || (one.isPrivate && one.token === 'stranger')) return;
      this.channels.set(place, { isPrivate: one.isPrivate, token: one.token, changes: one.changes });
    } else if (channel && one.do === 'leave') {
      this.channels.delete(place);
    } else if (channel && one.do === 'token') {
      channel.token = one.token;
      if (one.token === 'forged' || (channel.isPrivate && one.token === 'stranger')) this.channels.delete(place);
    } else if (channel && one.do === 'track') {
      channel.tracked = one.n;
    } else if (channel && one.do === 'untrack') {
      delete channel.tracked;
    }
  }

  on(topic: string, isPrivate: boolean): Joined[] {
    const places = [...this.channels].filter(
      ([place, channel]) => place.endsWith(` ${topic}`) && channel.isPrivate === isPrivate
    );
    return places.map(([, channel]) => channel);
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function settle(scheduler: fc.Scheduler): Promise<void> {
  do {
    await scheduler.waitAll();
    await turn();
  } while (scheduler.count() > 0);
  // What changed in the last turn is told at its end.
  await turn();
}

const payloadOf = {
  join: (one: Extract<Step, { do: 'join' }>, key: string) => ({
    config: {
      private: one.isPrivate,
      broadcast: { ack: true },
      presence: { enabled: one.presence, key },
      postgres_changes: one.changes ? [{ event: '*', schema: 'public', table: 't' }] : [],
      postgres_changes_options: { wait: one.wait }
    },
    access_token: one.token
  }),
  track: (n: number) => ({ type: 'presence', event: 'track', payload: { n } }),
  untrack: { type: 'presence', event: 'untrack' },
  broadcast: { type: 'broadcast', event: 'e', payload: {} }
};

function act(client: Client, one: Exclude<Step, { do: 'answer' | 'crash' }>): void {
  switch (one.do) {
    case 'join':
      return client.send(one.topic, 'phx_join', payloadOf.join(one, `member ${one.connection}`));
    case 'leave':
      return client.send(one.topic, 'phx_leave', {});
    case 'token':
      return client.send(one.topic, 'access_token', { access_token: one.token });
    case 'track':
      return client.send(one.topic, 'presence', payloadOf.track(one.n));
    case 'untrack':
      return client.send(one.topic, 'presence', payloadOf.untrack);
    case 'broadcast':
      return client.send(one.topic, 'broadcast', payloadOf.broadcast);
  }
}

/** Joins and leaves are answered. A join that was replaced before it had one is told by the close of its channel. */
function checkAnswers({ heard, unanswered }: Client): void {
  for (const [joinRef, ref, , event] of heard) {
    if (event === 'phx_reply' || event === 'phx_close') unanswered.delete(event === 'phx_reply' ? ref! : joinRef!);
  }
  expect([...unanswered.values()]).toEqual([]);
}

/** Nothing but the answer to a join comes before it; nothing at all of a channel comes after its end. */
function checkOrder({ heard }: Client): void {
  const joined = new Set<string>();
  const answered = new Set<string>();
  for (const [joinRef, ref, topic, event, payload] of heard) {
    if (event === 'phx_reply') {
      expect(answered.has(ref!), `${ref} was answered twice`).toBe(false);
      answered.add(ref!);
      if (joinRef === ref && payload.status === 'ok' && 'postgres_changes' in (payload as { response: object }).response)
        joined.add(topic);
    } else if (event === 'phx_close') joined.delete(topic);
    else expect(joined.has(topic), `${event} on ${topic}, which is not joined`).toBe(true);
  }
}

test('everybody ends where the model says, and nothing is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(step, { maxLength: 40 }), async (scheduler, steps) => {
      const { services, people, problems, subscriptions } = makeServices(scheduler);
      const listening = () => subscriptions.filter(({ ended }) => !ended).map(({ person }) => person);
      const model = new Model();
      const all: Client[] = [];
      const open = () => {
        const client = new Client(services);
        all.push(client);
        return client;
      };
      const clients = Array.from({ length: CONNECTIONS }, open);
      for (const one of steps) {
        model.take(one);
        if (one.do === 'answer') {
          if (scheduler.count() > 0) await scheduler.waitNext(1);
          await turn();
        } else if (one.do === 'crash') {
          clients[one.connection]!.crash();
          clients[one.connection] = open();
        } else act(clients[one.connection]!, one);
      }
      await settle(scheduler);

      const watcher: TopicMember = {
        hearsBroadcast: false,
        hearsPresence: false,
        hasReplayed: () => false,
        deliver: () => expect.fail('not for the watcher'),
        tooManyMessages: () => undefined
      };
      for (const name of TOPICS) {
        for (const isPrivate of [false, true]) {
          const there = model.on(name, isPrivate);
          const frame = sharedPush(`realtime:${name}`, 'broadcast', {});
          expect(
            services.hub.broadcast({ name, isPrivate }, () => ({ frame })),
            `on ${name}`
          ).toBe(there.length);
          const topic = services.hub.join({ name, isPrivate }, watcher);
          const present = JSON.parse(topic.presenceState().text) as Record<string, { metas: { n: number }[] }>;
          const tracked = there.flatMap((channel) => (channel.tracked === undefined ? [] : [channel.tracked]));
          expect(
            Object.values(present)
              .flatMap(({ metas }) => metas.map(({ n }) => n))
              .sort()
          ).toEqual(tracked.sort());
          topic.remove(watcher);
        }
      }
      const told = [...model.channels.values()].filter(({ changes }) => changes);
      expect(listening().sort()).toEqual(told.map((channel) => channel.token).sort());
      expect(problems).toEqual([]);
      await turn();
      for (const client of all) checkOrder(client);
      for (const client of clients) checkAnswers(client);

      for (const client of clients) client.crash();
      await settle(scheduler);
      expect(services.hub.size).toBe(0);
      expect(listening()).toEqual([]);
      expect(services.connections.size).toBe(0);
      expect([...people.balance.values()].filter((left) => left !== 0)).toEqual([]);
      expect(people.connected).toBe(0);
    }),
    { numRuns: 500 }
  );
});
