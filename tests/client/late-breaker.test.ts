import { describe, expect, test } from 'vitest';
import { Breaker } from '../../web/lib/chat/breaker/breaker.ts';
import { LateBreaker } from '../../web/lib/chat/breaker/late-breaker.ts';
import { Refused, Unreachable } from '../../web/lib/chat/errors.ts';
import { FakeClock, settled } from './support/fake-clock.ts';

function lateBreaker() {
  const clock = new FakeClock();
  const server = { error: null as Error | null, asked: 0, trials: 0 };
  const library = { asked: 0, isThere: true };
  const breaker = new LateBreaker({ trial: () => (server.trials += 1), clock }, async () => {
    library.asked += 1;
    if (!library.isThere) throw new TypeError('Failed to fetch dynamically imported module');
    return { Breaker };
  });
  const call = async () => {
    const outcome = await breaker
      .run(async () => {
        server.asked += 1;
        if (server.error) throw server.error;
        return 'answer';
      })
      .catch((error: unknown) => error);
    await settled();
    return outcome;
  };
  return { clock, server, library, breaker, call };
}

describe('a breaker that is loaded when it is needed', () => {
  test('is not loaded while calls are answered, with a refusal too', async () => {
    const { server, library, call } = lateBreaker();
    expect(await call()).toBe('answer');
    server.error = new Refused('not_a_member', 'no', 403);
    expect(await call()).toBe(server.error);
    expect(library.asked).toBe(0);
  });

  test('opens at the third call in a row without an answer, as if it had been there, and closes again', async () => {
    const { server, library, breaker, call } = lateBreaker();
    server.error = new Unreachable('down');
    expect(await call()).toBe(server.error);
    expect(await call()).toBe(server.error);
    expect(breaker.closed.current).toBe(true);
    await call();
    expect(breaker.closed.current).toBe(false);
    expect(await call()).toBeInstanceOf(Unreachable);
    expect(server.asked).toBe(3);
    expect(library.asked).toBe(1);

    server.error = null;
    breaker.hope();
    expect(await call()).toBe('answer');
    expect(breaker.closed.current).toBe(true);
  });

  test('cannot be had at first: calls go through, and it is asked for again with the next failure', async () => {
    const { server, library, breaker, call } = lateBreaker();
    library.isThere = false;
    server.error = new Unreachable('down');
    for (let n = 0; n < 4; n++) expect(await call()).toBe(server.error);
    expect(server.asked).toBe(4);
    expect(library.asked).toBe(4);
    expect(breaker.closed.current).toBe(true);
    library.isThere = true;
    await call();
    expect(breaker.closed.current).toBe(false);
  });

  test('that was stopped meanwhile stays so', async () => {
    const { server, breaker, call } = lateBreaker();
    server.error = new Unreachable('down');
    const first = call();
    breaker.stop();
    await first;
    for (let n = 0; n < 5; n++) await call();
    expect(server.asked).toBe(6);
    expect(server.trials).toBe(0);
  });
});
