/** A push service that is down is left alone, and found again when it is back. */
import { describe, expect, test } from 'vitest';
import { Breaker } from '../../../functions/push/breaker.ts';

const ORIGIN = 'https://push.example';

function resting(longestRestMs = 60_000) {
  const clock = { ms: 1_000_000 };
  const breaker = new Breaker({ patience: 3, restMs: 10_000, longestRestMs, now: () => clock.ms });
  const fail = (times: number) => {
    for (let i = 0; i < times; i++) breaker.failed(ORIGIN);
  };
  return { clock, breaker, fail };
}

test('failures that are not in a row close nothing', () => {
  const { breaker, fail } = resting();
  fail(2);
  breaker.worked(ORIGIN);
  fail(2);
  expect([breaker.mayPass(ORIGIN), breaker.down()]).toEqual([true, []]);
});

test('so many in a row give the service a rest, and no other', () => {
  const { breaker, fail } = resting();
  fail(3);
  expect([breaker.mayPass(ORIGIN), breaker.mayPass('https://other.example'), breaker.down()]).toEqual([false, true, [ORIGIN]]);
});

describe('after a rest', () => {
  test('one may try, and the others wait for what comes of it', () => {
    const { clock, breaker, fail } = resting();
    fail(3);
    clock.ms += 10_000;
    expect(breaker.down()).toEqual([]);
    expect([breaker.mayPass(ORIGIN), breaker.mayPass(ORIGIN), breaker.down()]).toEqual([true, false, [ORIGIN]]);
    breaker.worked(ORIGIN);
    expect([breaker.mayPass(ORIGIN), breaker.mayPass(ORIGIN), breaker.down()]).toEqual([true, true, []]);
  });

  test('a failure makes the next rest twice as long, up to a limit', () => {
    const { clock, breaker, fail } = resting(25_000);
    fail(3);
    for (const restMs of [10_000, 20_000, 25_000, 25_000]) {
      clock.ms += restMs - 1;
      expect(breaker.mayPass(ORIGIN)).toBe(false);
      clock.ms += 1;
      expect(breaker.mayPass(ORIGIN)).toBe(true);
      fail(1);
    }
  });
});

test('what was on its way when the rest began does not make it longer', () => {
  const { clock, breaker, fail } = resting();
  fail(20);
  clock.ms += 10_000;
  expect(breaker.mayPass(ORIGIN)).toBe(true);
});

test('a service that says for how long is left alone for so long, within the limit', () => {
  const { clock, breaker } = resting();
  for (let i = 0; i < 3; i++) breaker.failed(ORIGIN, 30_000);
  clock.ms += 29_999;
  expect(breaker.mayPass(ORIGIN)).toBe(false);
  clock.ms += 1;
  expect(breaker.mayPass(ORIGIN)).toBe(true);
  breaker.failed(ORIGIN, 1e9);
  clock.ms += 60_000;
  expect(breaker.mayPass(ORIGIN)).toBe(true);
});
