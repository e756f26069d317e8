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
}

const ROUNDS = 7;

export async function measureCrowd(server: Server, bare: Bare, count: number, messages: number): Promise<CrowdResult> {
  const token = await server.token();
  const ours = await many(count, () => listenInPublic(server.url, token, { self: true }));
  const others = await many(count, () => open(bare.url));
  const rates = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const rate = await rateOf(ours, BROADCAST, messages);
    const bareRate = await rateOf(others, Buffer.concat([Buffer.from('all'), DELIVERY]), messages);
    if (round === 0) continue;
    rates.ours.push(rate);
    rates.bare.push(bareRate);
  }
  closeAll([...ours, ...others]);
  return { ours: spread(rates.ours).p50, bare: spread(rates.bare).p50 };
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
