/** Client to client, one message at a time, next to a server that says it back. Wanted: a median of at most 1.5 times the echo's. */
import type { WebSocket } from 'ws';
import { type Spread, spread } from '../statistics.ts';
import type { Bare } from './bare.ts';
import type { Server } from './server.ts';
import { BROADCAST, closeAll, DELIVERY, listenInPublic, open, received } from './sockets.ts';

export interface EchoResult {
  ours: Spread;
  bare: Spread;
  /** Microseconds of the servers' processes for one message. */
  cpu: { ours: number; bare: number };
}

/** In turns, so that both meet the same neighbours. */
const ROUNDS = 50;
const WARMING_UP = 1_000;

export async function measureEcho(server: Server, bare: Bare, messages: number): Promise<EchoResult> {
  const token = await server.token();
  const join = () => listenInPublic(server.url, token, { self: false });
  const sockets = [await join(), await join(), await open(bare.url)] as const;
  const [from, to, echo] = sockets;
  const times = { ours: [] as number[], bare: [] as number[] };
  const round = messages / ROUNDS;
  await roundTrips(from, to, BROADCAST, WARMING_UP);
  await roundTrips(echo, echo, DELIVERY, WARMING_UP);
  const before = { ours: await server.cpuMs(), bare: await bare.cpuMs() };
  for (let n = 0; n < ROUNDS; n += 1) {
    times.ours.push(...(await roundTrips(from, to, BROADCAST, round)));
    times.bare.push(...(await roundTrips(echo, echo, DELIVERY, round)));
  }
  const each = (after: number, since: number) => ((after - since) * 1_000) / messages;
  const cpu = { ours: each(await server.cpuMs(), before.ours), bare: each(await bare.cpuMs(), before.bare) };
  closeAll(sockets);
  return { ours: spread(times.ours), bare: spread(times.bare), cpu };
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
