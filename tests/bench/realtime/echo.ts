/** Client to client, one message at a time, next to a server that says it back. Wanted: a median of at most 1.5 times the echo's. */
import type { WebSocket } from 'ws';
import { type Spread, spread } from '../statistics.ts';
import type { Bare } from './bare.ts';
import type { Server } from './server.ts';
import { BROADCAST, closeAll, DELIVERY, listenInPublic, open, received } from './sockets.ts';

export interface EchoResult {
  ours: Spread;
  bare: Spread;
}

export async function measureEcho(server: Server, bare: Bare, messages: number): Promise<EchoResult> {
  const token = await server.token();
  const join = () => listenInPublic(server.url, token, { self: false });
  const sockets = [await join(), await join(), await open(bare.url)] as const;
  const [from, to, echo] = sockets;
  const times = { ours: [] as number[], bare: [] as number[] };
  const rounds = 50;
  for (let round = 0; round <= rounds; round += 1) {
    const ours = await roundTrips(from, to, BROADCAST, messages / rounds);
    const others = await roundTrips(echo, echo, DELIVERY, messages / rounds);
    // The first round warms up.
    if (round === 0) continue;
    times.ours.push(...ours);
    times.bare.push(...others);
  }
  closeAll(sockets);
  return { ours: spread(times.ours), bare: spread(times.bare) };
}

async function roundTrips(from: WebSocket, to: WebSocket, message: Buffer, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const arrived = received(to, 1);
    const before = performance.now();
    from.send(message);
    await arrived;
    times.push(performance.now() - before);
  }
  return times;
}
