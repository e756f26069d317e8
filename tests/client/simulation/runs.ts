import { BAD_NETWORK, NO_FAULTS } from './faults.ts';
import { scriptOf, type Step } from './script.ts';
import { shrink } from './shrink.ts';
import { simulate, type Counts, type SimulationOptions } from './simulate.ts';

/** Things that people do in a run. */
const OPERATIONS = 80;

export type Runs = {
  /** How many seeds, from 1 on. SEED=… looks at one alone; then STEPS=3,17,… plays only these of its steps, NETWORK=good without faults. */
  runs: number;
  operations?: number;
  /** What a run needs; asked anew for every run, those of shrinking included. */
  options: (seed: number) => Promise<Omit<SimulationOptions, 'script' | 'faults'>>;
};

/** Plays many seeds. @throws the first failure, with the shortest part of its script that still fails. */
export async function play({ runs, operations = OPERATIONS, options }: Runs): Promise<Counts> {
  const { SEED, STEPS, NETWORK } = process.env;
  const seeds = SEED ? [Number(SEED)] : Array.from({ length: runs }, (_, n) => n + 1);
  const only = STEPS?.split(',').map(Number);
  const total: Record<string, number> = { runs: seeds.length };
  for (const seed of seeds) {
    const script = scriptOf(seed, operations).filter(({ place }) => only?.includes(place) ?? true);
    const attempt = async (part: readonly Step[], faults = BAD_NETWORK) =>
      simulate(seed, { ...(await options(seed)), script: part, faults });
    const counts = await attempt(script, NETWORK === 'good' ? NO_FAULTS : BAD_NETWORK).catch(async (error: unknown) => {
      throw only ? error : await shortest(seed, script, attempt);
    });
    for (const [what, count] of Object.entries(counts)) total[what] = (total[what] ?? 0) + count;
  }
  return total;
}

type Attempt = (script: readonly Step[], faults?: typeof BAD_NETWORK) => Promise<unknown>;

/** What to read when a seed fails: how to play it again, in as few steps as will do, and with a good network if that will do. */
async function shortest(seed: number, script: readonly Step[], attempt: Attempt): Promise<Error> {
  const failure = (part: readonly Step[], faults = BAD_NETWORK) =>
    attempt(part, faults).then(
      () => null,
      (error: unknown) => error as Error
    );
  const faults = (await failure(script, NO_FAULTS)) ? NO_FAULTS : BAD_NETWORK;
  const part = await shrink(script, async (shorter) => (await failure(shorter, faults)) !== null);
  const error = await failure(part, faults);
  const how = `SEED=${seed} STEPS=${part.map(({ place }) => place).join(',')}${faults === NO_FAULTS ? ' NETWORK=good' : ''}`;
  const story = part.map(
    ({ place, operation, mishap, waitMs }) => `  ${place} ${operation}${mishap ? `, ${mishap}` : ''}, ${waitMs} ms`
  );
  return new Error([`${how}: ${error?.message}`, ...story].join('\n'), { cause: error });
}
