/** Deliveries a second of one broadcast to a crowd, next to a bare server that sends the same bytes to as many. Wanted: 0.8 of it. */
import type { WebSocket } from 'ws';
import { spread } from '../statistics.ts';
import type { Bare } from './bare.ts';
import type { Server } from './server.ts';
import { BROADCAST, closeAll, DELIVERY, listenInPublic, open, received } from './sockets.ts';

export interface CrowdResult {
  /** Deliveries a second, medians of the rounds. */
  ours: number;
  bare: number;
  /** Microseconds of the servers' processes for one delivery; these say the same on a busy machine. */
  cpu: { ours: number; bare: number };
}

const ROUNDS = 7;

export async function measureCrowd(server: Server, bare: Bare, count: number, messages: number): Promise<CrowdResult> {
  const token = await server.token();
  const ours = await many(count, () => listenInPublic(server.url, token, { self: true }));
  const others = await many(count, () => open(bare.url));
  const toAll = Buffer.concat([Buffer.from('all'), DELIVERY]);
  const rates = { ours: [] as number[], bare: [] as number[] };
  await rateOf(ours, BROADCAST, messages);
  await rateOf(others, toAll, messages);
  const before = { ours: await server.cpuMs(), bare: await bare.cpuMs() };
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.ours.push(await rateOf(ours, BROADCAST, messages));
    rates.bare.push(await rateOf(others, toAll, messages));
  }
  const each = (after: number, from: number) => ((after - from) * 1_000) / (ROUNDS * messages * count);
  const cpu = { ours: each(await server.cpuMs(), before.ours), bare: each(await bare.cpuMs(), before.bare) };
  closeAll([...ours, ...others]);
  return { ours: spread(rates.ours).p50, bare: spread(rates.bare).p50, cpu };
}

/** One message after the other: each has been handed to everyone before the next comes. */
async function rateOf(sockets: readonly WebSocket[], message: Buffer, messages: number): Promise<number> {
  const before = performance.now();
  for (let n = 0; n < messages; n += 1) {
    const all = Promise.all(sockets.map((socket) => received(socket, 1)));
    sockets[0]!.send(message);
    await all;
  }
  return (messages * sockets.length * 1_000) / (performance.now() - before);
}

async function many(count: number, make: () => Promise<WebSocket>): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  while (sockets.length < count)
    sockets.push(...(await Promise.all(Array.from({ length: Math.min(50, count - sockets.length) }, make))));
  return sockets;
}
