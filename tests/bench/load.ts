/**
 * Sends at a fixed rate, whatever the answers take: each message has its moment, and its time counts from that moment, so that
 * waiting in line is part of it.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pairs } from './pairs.ts';
import { spread, type Spread } from './statistics.ts';

/** How long a message may be on its way after the last one was sent, before it counts as lost. */
const GRACE_MS = 5_000;
/** Left out at the beginning: connections, caches and plans are being made. */
const WARM_UP_SECONDS = 1;
const CONTENT = 'A message of ordinary length, as people write them to one another, with a question at its end. Is it there? '
  .repeat(2)
  .slice(0, 200);

export interface LoadResult {
  /** Messages per second that were asked for, and that arrived. */
  rate: number;
  arrivedPerSecond: number;
  sent: number;
  lost: number;
  refused: number;
  /** What the refusals said, each once. */
  reasons: Set<string>;
  /** From the moment of sending to the acknowledgement. */
  acknowledged: Spread;
  /** From the moment of sending to the other person's client. */
  arrived: Spread;
}

export async function applyLoad({ pairs, onMessage }: Pairs, rate: number, seconds: number): Promise<LoadResult> {
  const due = new Map<string, number>();
  const arrivals = new Map<string, number>();
  const acknowledgements: number[] = [];
  const reasons = new Set<string>();
  let refused = 0;
  onMessage((id) => {
    if (due.has(id) && !arrivals.has(id)) arrivals.set(id, performance.now());
  });

  const total = Math.round(rate * (seconds + WARM_UP_SECONDS));
  const warmUp = Math.round(rate * WARM_UP_SECONDS);
  const started = performance.now();
  const pending: Promise<void>[] = [];
  for (let n = 0; n < total; n += 1) {
    const moment = started + (n * 1000) / rate;
    const wait = moment - performance.now();
    if (wait > 1) await delay(wait);
    const id = randomUUID();
    if (n >= warmUp) due.set(id, moment);
    pending.push(
      pairs[n % pairs.length]!.send(id, CONTENT).then(
        () => {
          if (n >= warmUp) acknowledgements.push(performance.now() - moment);
        },
        (error: Error) => {
          due.delete(id);
          refused += 1;
          reasons.add(error.message);
        }
      )
    );
  }
  await Promise.all(pending);
  const deadline = performance.now() + GRACE_MS;
  while (arrivals.size < due.size && performance.now() < deadline) await delay(10);

  const times = [...arrivals].filter(([id]) => due.has(id)).map(([id, at]) => at - due.get(id)!);
  const lastArrival = Math.max(...arrivals.values());
  return {
    rate,
    arrivedPerSecond: times.length / ((lastArrival - started) / 1000 - WARM_UP_SECONDS),
    sent: due.size,
    lost: due.size - times.length,
    refused,
    reasons,
    acknowledged: spread(acknowledgements),
    arrived: spread(times)
  };
}
