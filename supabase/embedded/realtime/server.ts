/** Supabase Realtime's protocol on one node: puts the parts together and runs them. */
import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { Authorizer } from './authorization/authorizer.ts';
import { broadcastOf, MessageStore, type StoredMessage } from './database/messages.ts';
import { createPool, warmUp } from './database/pool.ts';
import { createApp } from './http/app.ts';
import { Hub } from './hub/hub.ts';
import { limitsSchema } from './limits.ts';
import { causeOf, createLog } from './log.ts';
import type { RealtimeOptions } from './options.ts';
import { sharedBroadcast } from './protocol/shared-frame.ts';
import { type Position, Replication } from './replication/replication.ts';
import type { Services } from './services.ts';
import { Connection } from './socket/connection.ts';
import { HandshakeRefused, readHandshake } from './socket/handshake.ts';
import { Tokens } from './tokens.ts';

/** Silence is noticed this many times within the time it is allowed. */
const SWEEPS_PER_IDLE = 12;
const UPKEEP_EVERY_MS = 3_600_000;

export interface Realtime {
  port: number;
  /** How far the server is in what the database broadcasts. */
  position(): Position;
  /** Tells clients to connect again, and ends. */
  stop(): Promise<void>;
}

/** Resolves when clients can connect and nothing that is committed from now on is missed. */
export async function startRealtime(options: RealtimeOptions): Promise<Realtime> {
  const log = options.log ?? createLog('warning');
  const limits = limitsSchema.parse(options.limits ?? {});
  const pool = await createPool(options.databaseUrl, options.poolSize ?? 4);
  const hub = new Hub();
  const messages = new MessageStore(pool);
  const replication = new Replication({ databaseUrl: options.databaseUrl, log, onMessage: (message) => announce(hub, message) });
  const services: Services = {
    hub,
    messages,
    replication,
    limits,
    privateOnly: options.privateOnly ?? false,
    log,
    tokens: new Tokens(options.jwtSecret),
    authorizer: new Authorizer(pool, () => messages.keepPartitions()),
    now: () => performance.now(),
    connections: new Set()
  };
  const app = await createApp(services);
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.frameBytes,
    clientTracking: false
  });
  app.server.on('upgrade', (request, socket, head) => void upgrade(services, sockets, request, socket, head));

  try {
    await messages.keepPartitions();
    await replication.start();
    await app.listen({ host: options.host ?? '127.0.0.1', port: options.port });
  } catch (error) {
    await Promise.allSettled([app.close(), replication.stop()]);
    await pool.end();
    throw error;
  }

  const sweeping = setInterval(() => {
    const now = services.now();
    for (const connection of services.connections) connection.sweep(now);
  }, limits.idleMs / SWEEPS_PER_IDLE).unref();
  const upkeep = setInterval(() => {
    messages.keepPartitions().catch((error: Error) => log('error', 'PartitionUpkeepFailed', error.message));
  }, UPKEEP_EVERY_MS).unref();

  warmUp(pool).catch((error: Error) => log('warning', 'WarmUpFailed', error.message));
  const { port } = app.server.address() as AddressInfo;
  log('info', 'Started', `Realtime listens on port ${port}`);
  return {
    port,
    position: () => replication.position(),
    async stop() {
      clearInterval(sweeping);
      clearInterval(upkeep);
      for (const connection of services.connections) connection.drain();
      await Promise.all([app.close(), replication.stop()]);
      await pool.end();
    }
  };
}

/** Hands a message of the database to those who are on its topic. */
function announce(hub: Hub, message: StoredMessage): void {
  hub.broadcast({ name: message.topic, isPrivate: message.private === true }, () => {
    const broadcast = broadcastOf(message);
    return broadcast && { frame: sharedBroadcast(broadcast), id: message.id };
  });
}

async function upgrade(
  services: Services,
  sockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer
): Promise<void> {
  // Until the WebSocket is there nobody else listens, and a client that goes away now must not end the process.
  const ignore = () => undefined;
  socket.on('error', ignore);
  try {
    const handshake = await readHandshake(request, services.tokens);
    socket.off('error', ignore);
    sockets.handleUpgrade(request, socket, head, (ws) =>
      services.connections.add(new Connection(ws, socket, handshake, services))
    );
  } catch (error) {
    const refusal =
      error instanceof HandshakeRefused ? error : new HandshakeRefused(500, 'Error connecting to Realtime', { cause: error });
    services.log('warning', 'ConnectionRefused', refusal.message, { status: refusal.status, cause: causeOf(refusal) });
    refuse(socket, refusal);
  }
}

/** A plain HTTP answer in the place of the upgrade. */
function refuse(socket: Duplex, { status, message }: HandshakeRefused): void {
  const body = JSON.stringify({ error: message });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
}
