import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

/** Who says something where. */
export type Voice = { readonly userId: string; readonly conversationId: string };

/**
 * Sends at a rate, the voices taking turns, by the function that the app calls, with the send limit lifted. Returns what ends it, which
 * resolves with how many a second there were.
 */
export function streamMessages(database: pg.Client, voices: readonly Voice[], perSecond: number): () => Promise<number> {
  let isRunning = true;
  const started = performance.now();
  const sent = (async () => {
    let n = 0;
    for (; isRunning; n++) {
      await delay(Math.max(0, started + (n * 1000) / perSecond - performance.now()));
      const { userId, conversationId } = voices[n % voices.length]!;
      if (n % 10 === 0) await database.query('delete from private.senders');
      const claims = JSON.stringify({ sub: userId, role: 'authenticated' });
      await database.query({
        name: 'say',
        text: `with said as (select set_config('request.jwt.claims', $1, false) as claims)
          select public.send_message($2, $3, $4) from said where claims is not null`,
        values: [claims, conversationId, randomUUID(), `message ${n} of many that come in a second`]
      });
    }
    return n;
  })();
  return async () => {
    isRunning = false;
    const count = await sent;
    return count / ((performance.now() - started) / 1000);
  };
}
