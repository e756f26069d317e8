/**
 * The breaker against any sequence of calls, answers and times; what fails is shrunk.
 *   B1  closed, every call is made
 *   B2  open, none is made before its time, unless there is hope; then one is, and decides
 *   B3  it opens with the third call in a row without an answer, and closes with the first that is answered
 *   B4  what is not made fails with Unreachable; what is made ends as the server ends it
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { Breaker } from '../../web/lib/chat/breaker/breaker.ts';
import { Refused, Unreachable } from '../../web/lib/chat/errors.ts';
import { FakeClock } from './support/fake-clock.ts';

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('call' as const), ends: fc.constantFrom('answered', 'refused', 'down') })
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.nat(40_000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('hope' as const) }) }
);

test('B1 to B4 hold whatever is called', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const clock = new FakeClock();
      const breaker = new Breaker({ trial: () => {}, clock });
      let failures = 0;
      let trials = 0;
      let openedAt: number | null = null;
      let hasHope = false;
      for (const what of steps) {
        if (what.type === 'pass') await clock.pass(what.ms);
        if (what.type === 'hope') {
          breaker.hope();
          hasHope = true;
        }
        if (what.type !== 'call') continue;
        // A quarter of the wait is left to chance, which is always the same here.
        const waitMs = Math.min(30_000, 1_000 * 2 ** (trials - 1)) * 0.75;
        const isMade: boolean = openedAt === null || hasHope || clock.now() >= openedAt + waitMs;
        let made = false;
        const ended = await breaker
          .run(async () => {
            made = true;
            if (what.ends === 'down') throw new Unreachable('down');
            if (what.ends === 'refused') throw new Refused('not_a_member', 'no', 403);
            return 'answer';
          })
          .then(
            () => 'answered',
            (error: Error) => (error instanceof Unreachable ? 'down' : 'refused')
          );
        assert.equal(made, isMade, openedAt === null ? 'B1' : 'B2');
        assert.equal(ended, isMade ? what.ends : 'down', 'B4');
        if (!isMade) continue;
        if (what.ends !== 'down') {
          [failures, trials, openedAt] = [0, 0, null];
        } else if (openedAt !== null || (failures += 1) === 3) {
          trials += 1;
          openedAt = clock.now();
        }
        // Hope is for the next call alone.
        hasHope = false;
        assert.equal(breaker.closed.current, openedAt === null, 'B3');
      }
      breaker.stop();
    }),
    { numRuns: 300 }
  );
});
