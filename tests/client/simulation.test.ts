/**
 * The real client, many times over: people with devices and tabs against a model of the database, over a network that loses, delays,
 * doubles and reorders, with tabs that crash at any await, leaders that die, tokens that expire and a server that restarts. Once all is
 * quiet everybody is shown what the database has, and what was kept is there once and in order.
 */
import { expect, test } from 'vitest';
import { ModelServer } from './simulation/model-server.ts';
import { simulate } from './simulation/simulate.ts';

/** SIM_RUNS=2000 looks longer; SEED=… repeats what a failure names, and SIM_LOG=1 tells what happens in it. */
const RUNS = Number(process.env.SIM_RUNS ?? 60);
const SEEDS = process.env.SEED ? [Number(process.env.SEED)] : Array.from({ length: RUNS }, (_, n) => n + 1);
const OPERATIONS = 80;

const PEOPLE = ['0a', '0b', '0c', '0d'].map((name) => `aaaaaaaa-0000-4000-8000-0000000000${name}`);

test.each([
  { how: 'with sockets', areSocketsBlocked: false },
  { how: 'by polling alone', areSocketsBlocked: true }
])(`${SEEDS.length} runs $how end with what the database has`, { timeout: 3_600_000 }, async ({ areSocketsBlocked }) => {
  const total: Record<string, number> = {};
  for (const seed of SEEDS) {
    const limits = { smallMax: [2, 3, 20][seed % 3]!, receiptsMax: 2 + (seed % 3), page: 4, reactionPeople: 1 };
    const counts = await simulate(seed, {
      makeServer: (clock, chance) => {
        const stale = () => (chance.chance(0.1) ? chance.below(3) : 0);
        return new ModelServer(PEOPLE, limits, () => clock.now(), stale);
      },
      areSocketsBlocked,
      withholds: limits.smallMax === 20,
      operations: OPERATIONS
    }).catch((error: unknown) => {
      throw new Error(`SEED=${seed}: ${(error as Error).message}`, { cause: error });
    });
    for (const [what, count] of Object.entries(counts)) total[what] = (total[what] ?? 0) + count;
  }
  if (process.env.SIM_RUNS) console.log(`${SEEDS.length} runs`, total);
  if (SEEDS.length === 1) return;
  const happened = ['requestLost', 'answerLost', 'requestTwice', 'requestLate', 'mishap crash', 'mishap leader dies'];
  if (!areSocketsBlocked) happened.push('eventLost', 'eventTwice', 'eventLate', 'sockets half open');
  expect(happened.filter((what) => !total[what])).toEqual([]);
});
