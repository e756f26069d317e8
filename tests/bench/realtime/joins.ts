/**
 * Many sockets, each on a private channel of its own: how fast they come in, where the time goes, and what each one takes. Wants
 * servers of its own.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { type Spread, spread } from '../statistics.ts';
import type { Bare } from './bare.ts';
import type { Server } from './server.ts';
import { closeAll, connect, join, open } from './sockets.ts';

export interface JoinsResult {
  /** Sockets a second, from nothing to joined on a private channel. */
  perSecond: number;
  /** Of the server's process, for one socket from nothing to joined. */
  cpuMs: number;
  /** Opening the WebSocket, its token included. */
  connecting: Spread;
  /** A join that asks nobody. */
  joiningPublic: Spread;
  /** A join that asks the policies. */
  joiningPrivate: Spread;
  /** One such question asked straight of the database, alone. */
  policy: Spread;
  /** Resident memory. */
  bytesPerSocket: number;
  bareBytesPerSocket: number;
}

const AT_ONCE = 20;

export async function measureJoins(server: Server, bare: Bare, count: number): Promise<JoinsResult> {
  const people = await Promise.all(
    Array.from({ length: count }, async () => {
      const id = randomUUID();
      return { id, token: await server.token({ sub: id }) };
    })
  );
  const some = people.slice(0, 500);
  const bytesPerSocket = await memoryOf(server.pid, () =>
    entered(server, people, ownTopic, PRIVATE).then(({ sockets }) => sockets)
  );
  const bareBytesPerSocket = await memoryOf(bare.pid, () => inTurns(people, () => open(bare.url)));

  const cpuBefore = await server.cpuMs();
  const began = performance.now();
  const { sockets, connecting, joining } = await entered(server, people, ownTopic, PRIVATE);
  const seconds = (performance.now() - began) / 1_000;
  const cpuMs = ((await server.cpuMs()) - cpuBefore) / count;
  closeAll(sockets);

  const openly = await entered(server, some, ({ id }) => `realtime:open:${id}`, {});
  closeAll(openly.sockets);
  const policy = await policyTimes(server, some);
  return {
    perSecond: count / seconds,
    cpuMs,
    connecting: spread(connecting),
    joiningPublic: spread(openly.joining),
    joiningPrivate: spread(joining),
    policy: spread(policy),
    bytesPerSocket,
    bareBytesPerSocket
  };
}

const PRIVATE = { private: true };
const ownTopic = ({ id }: Joining) => `realtime:user:${id}`;

interface Joining {
  id: string;
  token: string;
}

async function entered(server: Server, people: readonly Joining[], topicOf: (person: Joining) => string, config: object) {
  const connecting: number[] = [];
  const joining: number[] = [];
  const sockets = await inTurns(people, async (person) => {
    const socket = await timed(connecting, () => connect(server.url, person.token));
    await timed(joining, () => join(socket, topicOf(person), config));
    return socket;
  });
  return { sockets, connecting, joining };
}

/** So many at a time, as browsers come back after a restart. */
async function inTurns(people: readonly Joining[], enter: (person: Joining) => Promise<WebSocket>): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  const waiting = [...people];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let person = waiting.pop(); person; person = waiting.pop()) sockets.push(await enter(person));
    })
  );
  return sockets;
}

/** As the server asks, but one after the other. */
async function policyTimes(server: Server, people: readonly Joining[]): Promise<number[]> {
  const client = await server.admin.connect();
  const times: number[] = [];
  for (const { id } of people) {
    const claims = JSON.stringify({ sub: id, role: 'authenticated' });
    const values = [`user:${id}`, claims, id];
    await timed(times, () =>
      client.query({
        name: 'ask',
        text: `select read_allowed from realtime.authorize('authenticated', $1, $2, $3, '{}', '{broadcast}', '{}')`,
        values
      })
    );
  }
  client.release();
  return times;
}

/** Of processes that have done nothing else yet: memory that was used before is used again, and would not be seen. */
async function memoryOf(pid: number, enter: () => Promise<WebSocket[]>): Promise<number> {
  const before = residentBytes(pid);
  const sockets = await enter();
  const bytes = (residentBytes(pid) - before) / sockets.length;
  closeAll(sockets);
  return bytes;
}

async function timed<T>(times: number[], work: () => Promise<T>): Promise<T> {
  const before = performance.now();
  const result = await work();
  times.push(performance.now() - before);
  return result;
}

function residentBytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) * 1_024;
}
