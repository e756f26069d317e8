/**
 * `GET /metrics` for Prometheus, for whoever has the project's secret key. Names that the real server has are its own; the
 * rest begins with `realtime_` as well.
 */
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Services } from '../services.ts';
import { authenticate } from './authenticate.ts';

const LAG_BUCKETS_MS = [0.5, 1, 2, 5, 10, 25, 50, 100, 250, 1_000, 5_000, 30_000];
const DURATION_BUCKETS_MS = [1, 2, 5, 10, 25, 50, 100, 250, 1_000, 5_000];

export function metricsRoute(app: FastifyInstance, services: Services): void {
  const registry = createRegistry(services);
  app.addHook('onClose', () => registry.clear());
  app.get('/metrics', async (request, reply) => {
    const claims = await authenticate(request, services.tokens);
    if (claims?.role !== 'service_role') return reply.status(403).send();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

function createRegistry({ metrics, connections, people, hub, replication, changes }: Services): Registry {
  const registry = new Registry();
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect: function collect() {
        this.set(value());
      }
    });
  /** Counted elsewhere: told as it is when somebody asks. */
  const counter = (name: string, help: string, value: () => number) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect: function collect() {
        this.reset();
        this.inc(value());
      }
    });
  const counterBy = (name: string, help: string, label: string, values: () => Iterable<readonly [string, number]>) =>
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [of, count] of values()) this.inc({ [label]: of }, count);
      }
    });

  collectDefaultMetrics({ register: registry, prefix: 'realtime_' });
  gauge('realtime_connections_open', 'WebSockets that are open', () => connections.size);
  gauge('realtime_connections_connected', 'WebSockets with a channel', () => people.connected);
  gauge('realtime_topics', 'Topics that somebody is on', () => hub.size);
  gauge('realtime_changes_subscriptions', 'Subscriptions to changed rows, by table', () => changes.position().subscriptions);
  gauge('realtime_changes_waiting', 'Changed rows that are being looked up', () => changes.position().waiting);
  gauge('realtime_changes_lag_ms', 'From the last commit to its changes being handed on', () => changes.position().lagMs ?? 0);
  counter('realtime_changes_delivered_total', 'Changed rows told to a channel', () => changes.position().delivered);
  gauge('realtime_channels', 'Channels that are joined', () => hub.channels);
  counterBy('realtime_channel_joins', 'Joins, by their result', 'result', () => Object.entries(metrics.joins));
  counter('realtime_channel_events', 'Broadcasts of clients, of REST and of the database', () => metrics.broadcasts);
  counter('realtime_channel_presence_events', 'Calls of track and untrack', () => metrics.presenceCalls);
  counter('realtime_messages_in_total', 'WebSocket messages from clients', () => metrics.messagesIn);
  counter('realtime_messages_out_total', 'WebSocket messages to clients', () => metrics.messagesOut);
  counter('realtime_channel_input_bytes', 'Bytes of them', () => metrics.bytesIn);
  counter('realtime_channel_output_bytes', 'Bytes of them', () => metrics.bytesOut);
  counterBy('realtime_dropped_total', 'Messages that went no further, by the reason', 'reason', () =>
    Object.entries(metrics.dropped)
  );
  counterBy('realtime_channel_error', 'Refusals and errors, by the code of the log', 'code', () => metrics.problems);
  gauge('realtime_replication_streaming', 'Whether the stream from the database stands', () =>
    replication.position().streaming ? 1 : 0
  );
  const histogram = (name: string, help: string, buckets = DURATION_BUCKETS_MS) =>
    new Histogram({ name, help: `Milliseconds ${help}`, buckets, registers: [registry] });
  const lag = histogram(
    'realtime_tenants_broadcast_from_database_latency_committed_at',
    'from a commit to its messages being handed on',
    LAG_BUCKETS_MS
  );
  const joining = histogram('realtime_join_duration_milliseconds', 'from a join to its answer');
  const checks = {
    read: histogram('realtime_tenants_read_authorization_check', 'for the policies to say what may be read'),
    write: histogram('realtime_tenants_write_authorization_check', 'for the policies to say what may be written')
  };
  metrics.onCommit = (ms) => lag.observe(ms);
  metrics.onJoin = (ms) => joining.observe(ms);
  metrics.onAnswer = (right, ms) => checks[right].observe(ms);
  return registry;
}
