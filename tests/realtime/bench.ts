/**
 * How long a message takes from its commit to a client, and how many a crowd gets a second. The server runs in a process
 * of its own; the clients, bare sockets, share this one.
 *
 *   node tests/realtime/bench.ts
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SignJWT } from 'jose';
import pg from 'pg';
import { WebSocket } from 'ws';
import { startDatabase } from '../../supabase/embedded/postgres/database.ts';
import { freePorts } from '../support/ports.ts';

const SECRET = 'a-secret-of-at-least-32-characters-for-the-bench';
const MAIN = fileURLToPath(new URL('../../supabase/embedded/realtime/main.ts', import.meta.url));
const TEXT = 'x'.repeat(120);

const home = await mkdtemp(path.join(tmpdir(), 'parley-bench-'));
const [databasePort, port] = await freePorts(2);
const database = await startDatabase({ home, port: databasePort! });
const sql = new pg.Pool({ connectionString: database.url('postgres'), max: 16 });
sql.on('error', () => undefined);
await sql.query(
  `create policy everyone on realtime.messages for select to authenticated using (realtime.topic() = 'user:' || (select auth.uid()))`
);
const server = spawn(process.execPath, [MAIN], {
  env: {
    ...process.env,
    PORT: String(port),
    DATABASE_URL: database.url('supabase_admin'),
    JWT_SECRET: SECRET,
    LOG_LEVEL: 'info'
  },
  stdio: ['ignore', 'pipe', 'inherit']
});
await new Promise<void>((resolve) => server.stdout.on('data', (text: Buffer) => text.includes('"Started"') && resolve()));

const sign = (claims: Record<string, unknown>) =>
  new SignJWT({ role: 'authenticated', exp: Math.floor(Date.now() / 1000) + 3_600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));

async function connect(token: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket/websocket?vsn=2.0.0&apikey=${token}`, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

function join(socket: WebSocket, topic: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('message', (data: Buffer) => (data.includes('"ok"') ? resolve() : reject(new Error(data.toString()))));
    socket.send(JSON.stringify(['1', '1', `realtime:${topic}`, 'phx_join', { config: { private: true } }]));
  });
}

const quantile = (values: number[], q: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]!;
const ms = (value: number) => `${value.toFixed(2)} ms`;
const quantiles = (values: number[]) =>
  `p50 ${ms(quantile(values, 0.5))}, p95 ${ms(quantile(values, 0.95))}, p99 ${ms(quantile(values, 0.99))}`;

async function latency(rate: number, seconds: number): Promise<void> {
  const uid = crypto.randomUUID();
  const topic = `user:${uid}`;
  const socket = await connect(await sign({ sub: uid }));
  await join(socket, topic);
  const received = new Map<number, number>();
  socket.on('message', (data: Buffer) => received.set(Number(/"n": (\d+)/.exec(data.toString())![1]), performance.now()));
  const total = rate * seconds;
  const sent: number[] = [];
  const committed: number[] = [];
  const pending: Promise<unknown>[] = [];
  const start = performance.now();
  for (let n = 0; n < total; n += 1) {
    const wait = start + (n * 1_000) / rate - performance.now();
    if (wait > 1) await delay(wait);
    sent[n] = performance.now();
    pending.push(
      sql
        .query({ name: 'send', text: `select realtime.send($1, 'message', $2)`, values: [{ n, text: TEXT }, topic] })
        .then(() => (committed[n] = performance.now()))
    );
  }
  await Promise.all(pending);
  while (received.size < total) await delay(5);
  const fromSent = sent.map((at, n) => received.get(n)! - at);
  const fromCommit = committed.map((at, n) => received.get(n)! - at);
  console.log(
    `one client, ${rate}/s: insert sent → client ${quantiles(fromSent)}; commit known → client ${quantiles(fromCommit)}`
  );
  socket.close();
}

/** A server with nothing but ws: says back what it hears, and what follows `all` to everyone. */
const BARE = `
  import { WebSocketServer } from 'ws';
  const server = new WebSocketServer({ port: Number(process.argv[1]), host: '127.0.0.1' }, () => console.log('up'));
  server.on('connection', (socket) => socket.on('message', (data) => {
    if (data[0] !== 97) return socket.send(data);
    const rest = data.subarray(3);
    for (const other of server.clients) other.send(rest);
  }));`;

async function bareServer() {
  const [barePort] = await freePorts(1);
  const process_ = spawn(process.execPath, ['--input-type=module', '-e', BARE, String(barePort)], {
    stdio: ['ignore', 'pipe', 'inherit']
  });
  await new Promise((resolve) => process_.stdout.once('data', resolve));
  return {
    async connect() {
      const socket = new WebSocket(`ws://127.0.0.1:${barePort}`, { perMessageDeflate: false });
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      return socket;
    },
    stop: () => process_.kill()
  };
}

/** A broadcast as supabase-js sends it, on the public topic `open`. */
const broadcastFrame = (event: string) =>
  Buffer.concat([Uint8Array.from([3, 1, 1, 13, event.length, 0, 1]), Buffer.from(`12realtime:open${event}{"text":"${TEXT}"}`)]);

async function joinOpen(socket: WebSocket): Promise<WebSocket> {
  const answered = new Promise((resolve) => socket.once('message', resolve));
  socket.send('["1","1","realtime:open","phx_join",{"config":{"broadcast":{"self":true}}}]');
  await answered;
  return socket;
}

/** One client's broadcast back to itself, next to a server that only echoes. */
async function roundTrips(count: number): Promise<void> {
  const bare = await bareServer();
  const [ours, echo] = [await joinOpen(await connect(await sign({}))), await bare.connect()];
  const times: Record<'ours' | 'bare', number[]> = { ours: [], bare: [] };
  for (let round = 0; round < 4; round += 1) {
    times.ours.push(...(await measureEcho(ours, broadcastFrame('ping'), count / 4)));
    times.bare.push(...(await measureEcho(echo, broadcastFrame('ping'), count / 4)));
  }
  console.log(`broadcast to oneself: ${quantiles(times.ours)}; bare ws echo: ${quantiles(times.bare)}`);
  for (const socket of [ours, echo]) socket.close();
  bare.stop();
}

/** Deliveries a second of one broadcast to a crowd, next to a bare server that sends the same bytes to as many. */
async function crowd(count: number, messages: number): Promise<void> {
  const bare = await bareServer();
  const token = await sign({});
  const rates: Record<'ours' | 'bare', number[]> = { ours: [], bare: [] };
  const sockets = {
    ours: await Promise.all(Array.from({ length: count }, async () => joinOpen(await connect(token)))),
    bare: await Promise.all(Array.from({ length: count }, () => bare.connect()))
  };
  const frame = {
    ours: broadcastFrame('x'),
    bare: Buffer.concat([Buffer.from('all'), Buffer.alloc(broadcastFrame('x').length)])
  };
  for (let round = 0; round < 5; round += 1) {
    for (const kind of ['ours', 'bare'] as const) {
      const before = performance.now();
      const all = Promise.all(
        sockets[kind].map((socket) => {
          let left = messages;
          return new Promise<void>((resolve) => {
            socket.on('message', function counted() {
              if ((left -= 1) === 0) resolve(void socket.off('message', counted));
            });
          });
        })
      );
      // One at a time: each has been handed to everyone before the next comes.
      for (let n = 0; n < messages; n += 1) {
        sockets[kind][0]!.send(frame[kind]);
        await new Promise((resolve) => sockets[kind].at(-1)!.once('message', resolve));
      }
      await all;
      rates[kind].push((messages * count * 1_000) / (performance.now() - before));
    }
  }
  const [ours, others] = [quantile(rates.ours, 0.5), quantile(rates.bare, 0.5)];
  console.log(
    `${count} clients, one broadcast after the other: ${Math.round(ours)} deliveries/s, bare ws ${Math.round(others)}: ratio ${(ours / others).toFixed(2)}`
  );
  for (const socket of [...sockets.ours, ...sockets.bare]) socket.close();
  bare.stop();
}

async function measureEcho(socket: WebSocket, frame: Buffer, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const before = performance.now();
    const answered = new Promise((resolve) => socket.once('message', resolve));
    socket.send(frame);
    await answered;
    times.push(performance.now() - before);
  }
  return times;
}

async function fanOut(count: number, messages: number): Promise<void> {
  const token = await sign({ role: 'service_role' });
  const sockets: WebSocket[] = [];
  const joins: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const socket = await connect(token);
    const before = performance.now();
    await join(socket, 'feed:crowd');
    joins.push(performance.now() - before);
    sockets.push(socket);
  }
  let deliveries = 0;
  let wake = () => undefined as void;
  for (const socket of sockets) {
    socket.on('message', () => {
      deliveries += 1;
      wake();
    });
  }
  const reached = async (wanted: number) => {
    while (deliveries < wanted) await new Promise<void>((resolve) => (wake = resolve));
  };
  const send = `select realtime.send($1, 'message', 'feed:crowd')`;
  const last: number[] = [];
  for (let n = 1; n <= 50; n += 1) {
    const before = performance.now();
    await sql.query(send, [{ n, text: TEXT }]);
    await reached(n * count);
    last.push(performance.now() - before);
  }
  const base = deliveries;
  const before = performance.now();
  await sql.query(
    `select realtime.send(jsonb_build_object('n', n, 'text', $2::text), 'message', 'feed:crowd') from generate_series(1, $1::int) n`,
    [messages, TEXT]
  );
  await reached(base + messages * count);
  const rate = Math.round((messages * count * 1_000) / (performance.now() - before));
  console.log(
    `${count} clients: join ${quantiles(joins)}; insert sent → last of them ${quantiles(last)}; ${messages} in one commit: ${rate} deliveries/s`
  );
  for (const socket of sockets) socket.close();
}

try {
  await latency(200, 2);
  await latency(200, 10);
  await latency(500, 6);
  await roundTrips(2_000);
  await crowd(100, 100);
  await crowd(1_000, 20);
  await fanOut(200, 200);
  await fanOut(1_000, 50);
} finally {
  server.kill();
  await sql.end();
  await database.stop();
  await rm(home, { recursive: true, force: true });
}
