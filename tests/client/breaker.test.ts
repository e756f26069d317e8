import { describe, expect, test } from 'vitest';
import type { Backend } from '../../web/lib/chat/backend.ts';
import { Breaker } from '../../web/lib/chat/breaker/breaker.ts';
import { guarded } from '../../web/lib/chat/breaker/guarded-backend.ts';
import { BadAnswer, NotSignedIn, RateLimited, Refused, Unreachable } from '../../web/lib/chat/errors.ts';
import { Renewal } from '../../web/lib/chat/session/renewal.ts';
import { FakeClock, settled } from './support/fake-clock.ts';

/** A server that can be down, behind a breaker; `asked` counts what reaches it. */
function behindBreaker() {
  const clock = new FakeClock();
  const server = { error: null as Error | null, asked: 0, trials: 0 };
  const breaker = new Breaker({ trial: () => (server.trials += 1), clock });
  const call = () =>
    breaker.run(async () => {
      server.asked += 1;
      if (server.error) throw server.error;
      return 'answer';
    });
  const fail = () => expect(call()).rejects.toBeInstanceOf(Unreachable);
  const open = async () => {
    server.error = new Unreachable('down');
    for (let n = 0; n < 3; n++) await fail();
    expect(breaker.closed.current).toBe(false);
    server.asked = 0;
  };
  return { clock, server, breaker, call, fail, open };
}

describe('the breaker', () => {
  test('opens at the third call in a row without an answer; then nothing is asked, and all fail at once', async () => {
    const { server, breaker, fail } = behindBreaker();
    server.error = new Unreachable('down');
    await fail();
    await fail();
    expect(breaker.closed.current).toBe(true);
    await fail();
    expect(breaker.closed.current).toBe(false);
    await fail();
    await fail();
    expect(server.asked).toBe(3);
  });

  test.each([
    new Refused('not_a_member', 'no', 403),
    new RateLimited(1000),
    new NotSignedIn('expired'),
    new BadAnswer('unknown form')
  ])('takes $name for an answer', async (answer) => {
    const { server, breaker, call, fail } = behindBreaker();
    for (let n = 0; n < 10; n++) {
      server.error = answer;
      await expect(call()).rejects.toBe(answer);
      server.error = new Unreachable('down');
      await fail();
      await fail();
    }
    expect(breaker.closed.current).toBe(true);
  });

  test('asks for a trial after a time that grows to half a minute; one that fails opens it again', async () => {
    const { clock, server, open, fail } = behindBreaker();
    clock.chance = 1;
    await open();
    for (const [trial, seconds] of [1, 2, 4, 8, 16, 30, 30].entries()) {
      await clock.pass(seconds * 1000 - 1);
      await fail();
      expect([server.trials, server.asked]).toEqual([trial, trial]);
      await clock.pass(1);
      expect(server.trials).toBe(trial + 1);
      await fail();
      expect(server.asked).toBe(trial + 1);
    }
  });

  test('is closed by the first trial that is answered, whatever the answer, and begins anew', async () => {
    const { clock, server, breaker, open, call } = behindBreaker();
    await open();
    await clock.pass(30_000);
    server.error = new Refused('not_a_member', 'no', 403);
    await expect(call()).rejects.toBeInstanceOf(Refused);
    expect(breaker.closed.current).toBe(true);
    server.error = null;
    await expect(call()).resolves.toBe('answer');
  });

  test('lets one call through as a trial; those beside it wait for its end', async () => {
    const { clock, server, breaker, open } = behindBreaker();
    await open();
    await clock.pass(30_000);
    const answer = Promise.withResolvers<string>();
    const first = breaker.run(() => answer.promise);
    let asked = 0;
    const others = [1, 2, 3].map((n) => breaker.run(async () => ((asked += 1), n)));
    await settled();
    expect(asked).toBe(0);
    server.error = null;
    answer.resolve('there');
    expect(await Promise.all([first, ...others])).toEqual(['there', 1, 2, 3]);
  });

  test('with hope the next call is made at once', async () => {
    const { server, breaker, open, call, fail } = behindBreaker();
    await open();
    breaker.hope();
    await fail();
    await fail();
    expect(server.asked).toBe(1);
    breaker.hope();
    server.error = null;
    await expect(call()).resolves.toBe('answer');
    expect(breaker.closed.current).toBe(true);
  });

  test('stopped, it asks for no trial', async () => {
    const { clock, breaker, open } = behindBreaker();
    await open();
    breaker.stop();
    expect(clock.waiting).toBe(0);
  });
});

test('every method of the backend is behind it, and a missing session is told', async () => {
  const clock = new FakeClock();
  const breaker = new Breaker({ trial: () => {}, clock });
  let told = 0;
  const rejecting = (error: Error) => ({ sync: () => Promise.reject(error), members: () => Promise.reject(error) });
  const backend = (error: Error) => guarded(rejecting(error) as unknown as Backend, breaker, () => (told += 1));
  const unsigned = backend(new NotSignedIn('expired'));
  await expect(unsigned.sync({})).rejects.toBeInstanceOf(NotSignedIn);
  expect(told).toBe(1);
  const down = backend(new Unreachable('down'));
  for (const call of [down.sync({}), down.members('c'), down.sync({})]) await expect(call).rejects.toBeInstanceOf(Unreachable);
  expect(told).toBe(1);
  expect(breaker.closed.current).toBe(false);
});

test('another access token is asked for at once, and then at most every half minute', async () => {
  const clock = new FakeClock();
  let renewed = 0;
  const renewal = new Renewal({ session: { renew: async () => void (renewed += 1) }, clock, log: () => {} });
  for (let n = 0; n < 5; n++) renewal.ask();
  expect(renewed).toBe(1);
  await clock.pass(29_999);
  renewal.ask();
  expect(renewed).toBe(1);
  await clock.pass(1);
  renewal.ask();
  expect(renewed).toBe(2);
});
