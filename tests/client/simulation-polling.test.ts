/** The same simulation as simulation.test.ts, where nobody ever gets a socket: everything comes by polling. */
import { expect, test } from 'vitest';
import { againstModel } from './simulation/against-model.ts';
import { play } from './simulation/runs.ts';
import { summary } from './simulation/summary.ts';

const RUNS = Number(process.env.SIM_RUNS ?? 1_000);

test(`${RUNS} runs by polling alone end with what the database has`, { timeout: 3_600_000 }, async () => {
  const counts = await play({ runs: RUNS, options: async (seed) => ({ ...againstModel(seed), hasNoSockets: true }) });
  console.log(summary('simulation by polling alone', counts));
  // Nothing came by a socket.
  expect(counts.events).toBeUndefined();
  if (counts.runs === 1) return;
  const happened = ['requestLost', 'answerLost', 'requestTwice', 'requestLate', 'limited', 'mishap crash', 'mishap leader dies'];
  expect(happened.filter((what) => !counts[what])).toEqual([]);
});
