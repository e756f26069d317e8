/**
 * The real client, many times over: people with devices and tabs against a model of the database, over a network that loses, delays,
 * doubles and reorders, with tabs that crash at any await, leaders that die, tokens that expire and a server that restarts. Once all is
 * quiet everybody is shown what the database has, and what was kept is there once and in order.
 *
 * SIM_RUNS=20000 looks longer; SEED=… repeats a seed, and SIM_LOG=1 tells what happens in it. What fails says how to repeat it in as few
 * steps as will do.
 */
import { expect, test } from 'vitest';
import { againstModel } from './simulation/against-model.ts';
import { play } from './simulation/runs.ts';
import { summary } from './simulation/summary.ts';

const RUNS = Number(process.env.SIM_RUNS ?? 1_000);

test(`${RUNS} runs end with what the database has`, { timeout: 3_600_000 }, async () => {
  const counts = await play({ runs: RUNS, options: async (seed) => againstModel(seed) });
  console.log(summary('simulation', counts));
  if (counts.runs === 1) return;
  const happened = [
    'requestLost',
    'answerLost',
    'requestTwice',
    'requestLate',
    'limited',
    'eventLost',
    'eventTwice',
    'eventLate'
  ];
  happened.push('mishap crash', 'mishap leader dies', 'sockets half open');
  expect(happened.filter((what) => !counts[what])).toEqual([]);
});
