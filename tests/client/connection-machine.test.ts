import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shownConnection, stepLink, type Link, type LinkInput } from '../../web/lib/chat/connection/connection-machine.ts';

type Phase = Link['phase'];
const NOW = 1_000_000;
const half = () => 0.5;

const states: Record<Phase, Link> = {
  stopped: { phase: 'stopped' },
  offline: { phase: 'offline' },
  trying: { phase: 'trying', failures: 2 },
  live: { phase: 'live', since: NOW - 60_000, failures: 2 },
  waiting: { phase: 'waiting', failures: 3, until: NOW }
};

/** Every phase × every input: the next phase, and what is to be done. A missing case does not compile. */
const table: Record<Phase, Record<LinkInput, `${Phase}${'' | ' try' | ' drop'}`>> = {
  stopped: {
    start: 'trying try',
    stop: 'stopped',
    online: 'stopped',
    offline: 'stopped',
    ready: 'stopped',
    failed: 'stopped',
    due: 'stopped',
    nudge: 'stopped'
  },
  offline: {
    start: 'offline',
    stop: 'stopped drop',
    online: 'trying try',
    offline: 'offline',
    ready: 'offline',
    failed: 'offline',
    due: 'offline',
    nudge: 'trying try'
  },
  trying: {
    start: 'trying',
    stop: 'stopped drop',
    online: 'trying',
    offline: 'offline drop',
    ready: 'live',
    failed: 'waiting drop',
    due: 'trying',
    nudge: 'trying'
  },
  live: {
    start: 'live',
    stop: 'stopped drop',
    online: 'live',
    offline: 'offline drop',
    ready: 'live',
    failed: 'waiting drop',
    due: 'live',
    nudge: 'live'
  },
  waiting: {
    start: 'waiting',
    stop: 'stopped drop',
    online: 'trying try',
    offline: 'offline drop',
    ready: 'waiting',
    failed: 'waiting',
    due: 'trying try',
    nudge: 'trying try'
  }
};

describe('every state and input', () => {
  const cases = Object.entries(table).flatMap(([phase, row]) =>
    Object.entries(row).map(([input, expected]) => [phase as Phase, input as LinkInput, expected] as const)
  );
  test.each(cases)('%s, %s → %s', (phase, input, expected) => {
    const { link, effect } = stepLink(states[phase], input, NOW, half);
    expect([link.phase, ...(effect ? [effect] : [])].join(' ')).toBe(expected);
  });
});

describe('waiting', () => {
  const failedAfter = (failures: number) => stepLink({ phase: 'trying', failures }, 'failed', NOW, half).link;

  test('doubles with every failure, up to half a minute, and leaves half of it to chance', () => {
    const delays = [0, 1, 2, 3, 4, 5, 10].map((failures) => {
      const link = failedAfter(failures);
      return link.phase === 'waiting' ? link.until - NOW : null;
    });
    expect(delays).toEqual([750, 1500, 3000, 6000, 12_000, 22_500, 22_500]);
    const spread = [0, 0.999].map((chance) => stepLink({ phase: 'trying', failures: 0 }, 'failed', NOW, () => chance).link);
    expect(spread).toMatchObject([{ until: NOW + 500 }, { until: NOW + 1000 }]);
  });

  test('ends no sooner than it should', () => {
    expect(stepLink({ phase: 'waiting', failures: 1, until: NOW + 1 }, 'due', NOW, half).link.phase).toBe('waiting');
  });

  test('starts anew after a connection that lasted, and goes on after one that broke at once', () => {
    const lasted = stepLink({ phase: 'live', since: NOW - 10_000, failures: 5 }, 'failed', NOW, half).link;
    const broke = stepLink({ phase: 'live', since: NOW - 9_999, failures: 5 }, 'failed', NOW, half).link;
    expect([lasted, broke]).toMatchObject([{ failures: 1 }, { failures: 6 }]);
  });
});

describe('what the app is told', () => {
  test.each<[Link, answers: boolean, expected: object]>([
    [{ phase: 'stopped' }, true, { phase: 'stopped', reason: 'stopped' }],
    [{ phase: 'offline' }, true, { phase: 'offline' }],
    [{ phase: 'trying', failures: 0 }, false, { phase: 'connecting' }],
    [{ phase: 'live', since: NOW, failures: 0 }, true, { phase: 'live' }],
    [{ phase: 'live', since: NOW, failures: 0 }, false, { phase: 'receiving' }],
    [{ phase: 'waiting', failures: 1, until: 7 }, true, { phase: 'reconnecting', nextAttemptAt: 7, attempt: 1 }],
    [{ phase: 'trying', failures: 1 }, true, { phase: 'reconnecting', nextAttemptAt: null, attempt: 1 }],
    [{ phase: 'waiting', failures: 2, until: 7 }, true, { phase: 'polling', nextAttemptAt: 7, attempt: 2 }],
    [{ phase: 'waiting', failures: 2, until: 7 }, false, { phase: 'reconnecting', nextAttemptAt: 7, attempt: 2 }],
    [{ phase: 'trying', failures: 3 }, true, { phase: 'polling', nextAttemptAt: null, attempt: 3 }]
  ])('%o, API answers: %o', (link, answers, expected) => {
    expect(shownConnection(link, answers, 'stopped')).toEqual(expected);
  });
});

const event = fc.record({
  input: fc.constantFrom<LinkInput>('start', 'stop', 'online', 'offline', 'ready', 'failed', 'due', 'nudge'),
  afterMs: fc.nat(20_000),
  chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
});

test('whatever happens: it is left with drop whatever was tried or live, and it always finds back', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60, size: 'max' }), (events) => {
      let link: Link = { phase: 'stopped' };
      let now = NOW;
      let isHeld = false;
      for (const { input, afterMs, chance } of events) {
        now += afterMs;
        const next = stepLink(link, input, now, () => chance);
        // C1: no second attempt while one is held.
        assert(next.effect !== 'try' || !isHeld, 'C1');
        if (next.effect) isHeld = next.effect === 'try';
        // C2: only trying and live hold something.
        assert.equal(isHeld, next.link.phase === 'trying' || next.link.phase === 'live', 'C2');
        // C3: a wait has an end, half a minute away at most.
        if (next.link !== link && next.link.phase === 'waiting')
          assert(next.link.until > now && next.link.until <= now + 30_000, 'C3');
        ({ link } = next);
      }
      for (const input of ['start', 'online', 'nudge', 'ready'] as const) ({ link } = stepLink(link, input, now, half));
      expect(link.phase).toBe('live');
    }),
    { numRuns: 1_000 }
  );
});
