import { describe, expect, test } from 'vitest';
import { SecondLook } from '../../web/lib/chat/sync/second-look.ts';
import { syncIntervalMs } from '../../web/lib/chat/sync/sync-interval.ts';
import { Syncer } from '../../web/lib/chat/sync/syncer.ts';
import { FakeClock, settled } from './support/fake-clock.ts';

function syncer(answers: () => boolean | Error | Promise<boolean>) {
  const clock = new FakeClock();
  let calls = 0;
  const made = new Syncer({
    once: async () => {
      calls += 1;
      const answer = await answers();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    clock,
    log: () => {}
  });
  made.start();
  return { clock, syncer: made, calls: () => calls };
}

describe('asking sync()', () => {
  test('goes on while there is more', async () => {
    let left = 3;
    const world = syncer(() => (left -= 1) > 0);
    expect(await world.syncer.now()).toBe(true);
    expect(world.calls()).toBe(3);
  });

  test('is done one at a time; any number of wishes meanwhile make one more round', async () => {
    const gate = Promise.withResolvers<boolean>();
    const world = syncer(() => gate.promise);
    const first = world.syncer.now();
    await settled();
    const others = [world.syncer.now(), world.syncer.now(), world.syncer.now()];
    expect(world.calls()).toBe(1);
    gate.resolve(false);
    expect(await Promise.all([first, ...others])).toEqual([true, true, true, true]);
    expect(world.calls()).toBe(2);
  });

  test('that failed says so, and is repeated by itself, later and later', async () => {
    let isDown = true;
    const world = syncer(() => (isDown ? new Error('down') : false));
    expect(await world.syncer.now()).toBe(false);
    expect(world.syncer.answers.current).toBe(false);
    await world.clock.pass(10_000);
    expect(world.calls()).toBe(4);
    isDown = false;
    await world.clock.pass(30_000);
    expect(world.syncer.answers.current).toBe(true);
    expect(world.clock.waiting).toBe(0);
  });

  test('ends when it is stopped', async () => {
    const world = syncer(() => new Error('down'));
    await world.syncer.now();
    await world.syncer.stop();
    await world.clock.pass(100_000);
    expect([world.calls(), await world.syncer.now()]).toEqual([1, false]);
  });
});

describe('a second look', () => {
  function look(unsettled: () => boolean) {
    const clock = new FakeClock();
    const start = clock.now();
    const at: number[] = [];
    const gaveUp: number[] = [];
    const made = new SecondLook({
      sync: async () => {
        at.push(clock.now() - start);
        return true;
      },
      isUnsettled: unsettled,
      giveUp: () => gaveUp.push(clock.now() - start),
      clock
    });
    return { clock, look: made, at, gaveUp };
  }

  test('is taken a moment later and once more, and then no more', async () => {
    const world = look(() => false);
    await world.look.now();
    await world.clock.pass(60_000);
    expect(world.at).toEqual([0, 250, 2250]);
    expect(world.gaveUp).toEqual([]);
  });

  test('is repeated while something is known to be missing, but not for ever', async () => {
    const world = look(() => true);
    await world.look.now();
    await world.clock.pass(60_000);
    expect(world.at).toEqual([0, 250, 2250, 4250, 6250, 8250, 10_250, 12_250]);
    expect(world.gaveUp).toEqual([12_250]);
  });

  test('a reason that comes while it is taken starts anew, and only once', async () => {
    const clock = new FakeClock();
    const gates: PromiseWithResolvers<boolean>[] = [];
    const sync = () => {
      const gate = Promise.withResolvers<boolean>();
      gates.push(gate);
      return gate.promise;
    };
    const made = new SecondLook({ sync, isUnsettled: () => false, giveUp: () => {}, clock });
    void made.now();
    await clock.pass(250);
    expect(gates.length).toBe(2);
    void made.now();
    for (const gate of gates) gate.resolve(true);
    await settled();
    expect(clock.waiting).toBe(1);
    await clock.pass(250);
    expect(gates.length).toBe(4);
  });

  test('starts anew with a new reason', async () => {
    const world = look(() => false);
    await world.look.now();
    await world.clock.pass(1000);
    await world.look.now();
    await world.clock.pass(60_000);
    expect(world.at).toEqual([0, 250, 1000, 1250, 3250]);
  });
});

test.each([
  [{ live: true, visible: true, quietMs: 0 }, 120],
  [{ live: true, visible: false, quietMs: 0 }, 600],
  [{ live: false, visible: true, quietMs: 0 }, 2],
  [{ live: false, visible: true, quietMs: 60_000 }, 5],
  [{ live: false, visible: true, quietMs: 600_000 }, 15],
  [{ live: false, visible: false, quietMs: 0 }, 30]
])('%o: every %i s', (circumstances, seconds) => {
  expect(syncIntervalMs({ ...circumstances, leads: true })).toBe(seconds * 1000);
  expect(syncIntervalMs({ ...circumstances, leads: false })).toBe(seconds * 1000 + 1000);
});
