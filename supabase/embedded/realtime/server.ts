/** Supabase Realtime's protocol on one node: puts the parts together and runs them. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { announce } from './announce.ts';
import { Authorizer } from './authorization/authorizer.ts';
import { PostgresChanges } from './changes/postgres-changes.ts';
import { MessageStore } from './database/messages.ts';
import { createPool, warmUp } from './database/pool.ts';
import { createApp } from './http/app.ts';
import { Hub } from './hub/hub.ts';
import { limitsSchema } from './limits.ts';
import { createLog } from './log.ts';
import { Metrics } from './metrics.ts';
import type { RealtimeOptions } from './options.ts';
import { createRates } from './rates.ts';
import { type Position, Replication } from './replication/replication.ts';
import type { Services } from './services.ts';
import { People } from './socket/people.ts';
import { upgrade } from './socket/upgrade.ts';
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
  const metrics = new Metrics();
  const log = metrics.counting(options.log ?? createLog('warning'));
  const limits = limitsSchema.parse(options.limits ?? {});
  const pool = createPool(options.databaseUrl, options.poolSize ?? 4);
  const now = options.now ?? (() => performance.now());
  const rates = createRates(limits, now);
  const messages = new MessageStore(pool);
  const replication = new Replication({
    databaseUrl: options.databaseUrl,
    log,
    onMessage: (message) => announce(services, message),
    onCommit: (lagMs) => metrics.onCommit(lagMs)
  });
  const changes = new PostgresChanges({ databaseUrl: options.databaseUrl, log, ...options.changes });
  const services: Services = {
    hub: new Hub(rates),
    messages,
    replication,
    changes,
    limits,
    rates,
    metrics,
    people: new People(limits),
    privateOnly: options.privateOnly ?? false,
    draining: false,
    log,
    tokens: new Tokens(options.jwtSecret, options.jwks),
    authorizer: new Authorizer(pool, {
      keepPartitions: () => messages.keepPartitions(),
      onAnswer: (right, ms) => metrics.onAnswer(right, ms)
    }),
    now,
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
    await Promise.allSettled([app.close(), replication.stop(), changes.stop()]);
    await pool.end();
    throw error;
  }

  const sweeping = setInterval(() => {
    const at = now();
    for (const connection of services.connections) connection.sweep(at);
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
      services.draining = true;
      clearInterval(sweeping);
      clearInterval(upkeep);
      for (const connection of services.connections) connection.drain();
      await Promise.all([app.close(), replication.stop(), changes.stop()]);
      await pool.end();
    }
  };
}
