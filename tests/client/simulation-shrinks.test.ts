/** The simulation sees what it looks for: a server with a fault is caught, and what is reported is short and can be repeated. */
import { expect, test } from 'vitest';
import type { Backend } from '../../web/lib/chat/backend.ts';
import { againstModel } from './simulation/against-model.ts';
import { play } from './simulation/runs.ts';
import type { SimServer } from './simulation/server.ts';
import { shrink } from './simulation/shrink.ts';

test('leaves out what is not needed to fail', async () => {
  const whole = Array.from({ length: 80 }, (_, n) => n);
  const asked: number[] = [];
  const part = await shrink(whole, async (some) => {
    asked.push(some.length);
    return some.includes(7) && some.includes(63);
  });
  expect(part).toEqual([7, 63]);
  expect(asked.length).toBeLessThan(60);
});

test('asks no more often than it may', async () => {
  let asked = 0;
  await shrink([...Array(80).keys()], async () => (asked += 1) > 0 && false, 10);
  expect(asked).toBe(10);
});

/** Says that a reply is stored, and forgets it. */
function forgetful(server: SimServer): SimServer {
  const backend = (userId: string): Backend => {
    const real = server.backend(userId);
    const perform: Backend['perform'] = async (entry) => {
      if (entry.action.type !== 'send' || entry.action.replyTo === null) return real.perform(entry);
      const [row] = await real.history(entry.conversationId, 2, 1);
      return { ...row!, id: entry.id, seq: 1_000, revision: 1_000, sender_id: userId, content: entry.content };
    };
    return { ...real, perform };
  };
  return Object.assign(Object.create(server) as SimServer, {
    people: server.people,
    backend,
    drain: () => server.drain(),
    mayHear: (userId: string, topic: string) => server.mayHear(userId, topic),
    settle: () => server.settle(),
    withhold: (userId: string, isWithheld: boolean) => server.withhold(userId, isWithheld)
  });
}

test('a server that forgets is caught, in a few steps', { timeout: 120_000 }, async () => {
  const options = async (seed: number) => {
    const { makeServer, ...rest } = againstModel(seed);
    return { ...rest, makeServer: (...given: Parameters<typeof makeServer>) => forgetful(makeServer(...given)) };
  };
  const failed = await play({ runs: 50, options }).then(
    () => null,
    (error: Error) => error
  );
  expect(failed?.message).toMatch(/^SEED=\d+ STEPS=\d+(,\d+){0,3}( NETWORK=good)?: .* reply/s);
});
