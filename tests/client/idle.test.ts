import { expect, test } from 'vitest';
import { Idle, IDLE_AFTER_MS } from '../../web/lib/chat/presence/idle.ts';
import { FakeClock } from './support/fake-clock.ts';

function watched() {
  const clock = new FakeClock();
  let input: (() => void) | null = null;
  const idle = new Idle({ onInput: (heard) => ((input = heard), () => (input = null)) }, clock);
  return { clock, idle, touch: () => input!(), isHeard: () => input !== null };
}

test('one is idle 5 minutes after the last input, and not any more at the next', async () => {
  const { clock, idle, touch } = watched();
  idle.start();
  await clock.pass(IDLE_AFTER_MS - 1);
  touch();
  await clock.pass(IDLE_AFTER_MS - 1);
  expect(idle.isIdle.current).toBe(false);
  await clock.pass(1);
  expect(idle.isIdle.current).toBe(true);
  touch();
  expect(idle.isIdle.current).toBe(false);
  await clock.pass(IDLE_AFTER_MS);
  expect(idle.isIdle.current).toBe(true);
});

test('a thousand movements take one timer', () => {
  const { clock, idle, touch } = watched();
  idle.start();
  for (let n = 0; n < 1000; n++) touch();
  expect(clock.waiting).toBe(1);
});

test('stopped, it neither listens nor waits', () => {
  const { clock, idle, isHeard } = watched();
  idle.start();
  idle.stop();
  expect([clock.waiting, isHeard()]).toEqual([0, false]);
});

test('where input cannot be known, nobody is idle', async () => {
  const clock = new FakeClock();
  const idle = new Idle({}, clock);
  idle.start();
  await clock.pass(10 * IDLE_AFTER_MS);
  expect(idle.isIdle.current).toBe(false);
});
