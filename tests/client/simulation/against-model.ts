import { ModelServer } from './model-server.ts';
import type { SimulationOptions } from './simulate.ts';

const PEOPLE = ['0a', '0b', '0c', '0d'].map((name) => `aaaaaaaa-0000-4000-8000-0000000000${name}`);

/** Limits by the seed, so that small runs meet all of them. */
export const limitsOf = (seed: number) => ({
  smallMax: [2, 3, 20][seed % 3]!,
  receiptsMax: 2 + (seed % 3),
  page: 4,
  reactionPeople: 1
});

/** A run against the model of the database, of which sync() sometimes sees an older state. */
export function againstModel(seed: number): Omit<SimulationOptions, 'script'> {
  const limits = limitsOf(seed);
  return {
    makeServer: (clock, chance) =>
      new ModelServer(
        PEOPLE,
        limits,
        () => clock.now(),
        () => (chance.chance(0.1) ? chance.below(3) : 0)
      ),
    withholds: limits.smallMax === 20
  };
}
