/** From a commit to the callback of the real client, at a steady rate. Wanted at 500/s: a median of 2 ms, 99 of 100 within 10 ms. */
import { setTimeout as delay } from 'node:timers/promises';
import { RealtimeClient } from '@supabase/supabase-js';
import { type Spread, spread } from '../statistics.ts';
import type { Server } from './server.ts';

export interface CommitResult {
  /** From the last moment before the commit, by Postgres' clock, to the callback. */
  fromCommit: Spread;
  /** From the statement being sent. */
  fromSent: Spread;
}

const SEND = {
  name: 'send',
  text: `select realtime.send(
    jsonb_build_object('n', $1::int, 'at', extract(epoch from clock_timestamp()) * 1000, 'text', repeat('x', 120)), 'message', $2
  )`
};

export async function measureCommits(server: Server, rate: number, seconds: number): Promise<CommitResult> {
  const id = crypto.randomUUID();
  const topic = `user:${id}`;
  const client = new RealtimeClient(server.clientUrl, { params: { apikey: await server.token({ sub: id }) } });
  const total = rate * seconds;
  const sent: number[] = [];
  const fromSent: number[] = [];
  const fromCommit: number[] = [];
  let finished = () => undefined as void;
  const all = new Promise<void>((resolve) => (finished = resolve));
  const channel = client.channel(topic, { config: { private: true } });
  channel.on('broadcast', { event: 'message' }, ({ payload }: { payload: { n: number; at: number } }) => {
    const now = performance.now();
    fromSent.push(now - sent[payload.n]!);
    fromCommit.push(performance.timeOrigin + now - payload.at);
    if (fromSent.length === total) finished();
  });
  await new Promise<void>((resolve, reject) => {
    channel.subscribe((status, error) => (status === 'SUBSCRIBED' ? resolve() : reject(error ?? new Error(status))));
  });
  const start = performance.now();
  for (let n = 0; n < total; n += 1) {
    const wait = start + (n * 1_000) / rate - performance.now();
    if (wait > 1) await delay(wait);
    sent[n] = performance.now();
    void server.sql.query({ ...SEND, values: [n, topic] });
  }
  await all;
  await client.disconnect();
  // The beginning, in which plans are made, is left out.
  const rest = Math.min(rate, total / 4);
  return { fromCommit: spread(fromCommit.slice(rest)), fromSent: spread(fromSent.slice(rest)) };
}
