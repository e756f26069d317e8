/**
 * `npm run bench -- client`: how long a client that has lost its socket takes to be live again, and a message that was sent meanwhile to
 * be on its screen. Most of it is the pause before the first attempt, half a second to a second, which chance spreads.
 *   --clients N (10)   --rounds N (3)
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePorts } from '../../supabase/embedded/ports.ts';
import { FaultProxy } from '../client/support/fault-proxy.ts';
import { World } from '../client/support/people.ts';
import { until } from '../client/support/until.ts';
import { launchStack } from '../support/launched-stack.ts';
import { formatSpread, spread } from './statistics.ts';

/** After a connection that lasted so long the pauses between attempts begin anew. */
const STEADY_MS = 10_500;

const { values } = parseArgs({
  options: { clients: { type: 'string', default: '10' }, rounds: { type: 'string', default: '3' } }
});
const count = Number(values.clients);

const home = await mkdtemp(path.join(tmpdir(), 'parley-bench-'));
const launched = await launchStack(home, await freePorts());
const proxy = await FaultProxy.start(new URL(launched.addresses.apiUrl));
const world = new World(launched.addresses);
try {
  const alice = await world.someone('Alice');
  const a = await world.chat(alice);
  const people = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const person = await world.someone(`Bob${n}`);
      const chat = await world.chat({ ...person, supabase: await world.signIn(person.email, {}, proxy.url) });
      return { person, chat };
    })
  );
  const group = await a.createGroup(
    'Cut off',
    people.map(({ person }) => person.id)
  );
  const atA = a.openConversation(group);
  const views = people.map(({ chat }) => chat.openConversation(group));
  const live = () => Promise.all(people.map(({ chat }) => until(chat.connection, ({ phase }) => phase === 'live', 60_000)));
  await live();

  const liveAgain: number[] = [];
  const onScreen: number[] = [];
  for (let round = 1; round <= Number(values.rounds); round++) {
    await delay(STEADY_MS);
    const said = `Said in round ${round}`;
    const since = performance.now();
    const took = (times: number[]) => times.push(performance.now() - since);
    proxy.cut('sockets');
    atA.send(said);
    await Promise.all([
      ...people.map(async ({ chat }) => {
        await until(chat.connection, ({ phase }) => phase !== 'live');
        await until(chat.connection, ({ phase }) => phase === 'live', 60_000);
        took(liveAgain);
      }),
      ...views.map(async ({ timeline }) => {
        await until(timeline, ({ messages }) => messages.some(({ content }) => content === said), 60_000);
        took(onScreen);
      })
    ]);
  }
  console.log(`\n${count} clients, whose sockets are cut all at once; ${values.rounds} rounds`);
  console.log(`  live again after:                ${formatSpread(spread(liveAgain))}`);
  console.log(`  a message sent at the cut after: ${formatSpread(spread(onScreen))}`);
} finally {
  await world.stop();
  await proxy.stop();
  await launched.stop();
  await rm(home, { recursive: true, force: true });
}
process.exit();
