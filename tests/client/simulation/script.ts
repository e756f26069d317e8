import { seeded } from '../support/random.ts';
import { MISHAP_DECK } from './mishaps.ts';
import { OPERATION_DECK } from './operations.ts';

/** Something that somebody does, what befalls somebody at the same time, and how long nothing else happens after that. */
export type Step = {
  /** Its place in the whole script. */
  readonly place: number;
  readonly operation: string;
  readonly mishap: string | null;
  /** Moderators decide about somebody. */
  readonly withholds: boolean;
  readonly waitMs: number;
  /** Decides who, where and what, whichever other steps there are. */
  readonly seed: number;
};

/** What happens in the run of a seed, as a list, so that parts of it can be left out. */
export function scriptOf(seed: number, length: number): Step[] {
  // Not the chance that the run itself begins with.
  const chance = seeded(seed ^ 0x5c_41_97);
  return Array.from({ length }, (_, place) => ({
    place,
    operation: chance.pick(OPERATION_DECK),
    mishap: chance.chance(0.12) ? chance.pick(MISHAP_DECK) : null,
    withholds: chance.chance(0.01),
    waitMs: chance.chance(0.6) ? chance.below(300) : chance.below(3_000),
    seed: chance.below(2 ** 32)
  }));
}
