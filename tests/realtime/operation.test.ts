/** What an operator sees: figures, and the reason of every refusal; and what is promised while clients come and go. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { inOrder } from '../../supabase/embedded/realtime/channel/in-order.ts';
import { createLog } from '../../supabase/embedded/realtime/log.ts';
import { Metrics } from '../../supabase/embedded/realtime/metrics.ts';
import { attempt, broadcasts, Inbox, subscribe, systemMessages } from './listening.ts';
import { startWorld, type World } from './world.ts';

const PRIVATE = { config: { private: true } };
let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** The value of each series of `/metrics`. */
async function figures(): Promise<Map<string, number>> {
  const token = await world.token({ role: 'service_role' });
  const url = `${world.url.replace('ws:', 'http:').replace('/socket', '')}/metrics`;
  const text = await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

describe('the figures', () => {
  test('count connections, channels, joins, messages, delays and refusals by their codes', async () => {
    const before = await figures();
    const [ann, bob] = [await world.person(), await world.person()];
    const topic = `user:${ann.id}`;
    const channel = world.client(ann.token).channel(topic, PRIVATE);
    const inbox = broadcasts(channel);
    await subscribe(channel);
    await attempt(world.client(bob.token).channel(topic, PRIVATE)).first(1);
    const forbidden = world.client(ann.token).channel(topic, { config: { private: true, broadcast: { ack: true } } });
    await subscribe(forbidden);
    await forbidden.send({ type: 'broadcast', event: 'forged', payload: {} });
    await forbidden.track({ online: true });
    await world.sql.query(`select realtime.send('{}', 'n', $1) from generate_series(1, 3)`, [topic]);
    await inbox.first(3);

    const after = await figures();
    const change = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(change('realtime_connections_open')).toBe(3);
    expect(change('realtime_connections_connected')).toBe(2);
    expect(change('realtime_channels')).toBe(2);
    expect(change('realtime_topics')).toBe(1);
    expect(change('realtime_channel_joins{result="ok"}')).toBe(2);
    expect(change('realtime_channel_joins{result="error"}')).toBe(1);
    expect(change('realtime_join_duration_milliseconds_count')).toBe(3);
    expect(change('realtime_tenants_read_authorization_check_count')).toBe(4);
    expect(change('realtime_tenants_write_authorization_check_count')).toBe(2);
    expect(change('realtime_channel_events')).toBe(3);
    expect(change('realtime_channel_error{code="Unauthorized"}')).toBe(1);
    expect(change('realtime_channel_error{code="BroadcastRefused"}')).toBe(1);
    expect(change('realtime_channel_error{code="UnableToHandlePresence"}')).toBe(1);
    expect(change('realtime_dropped_total{reason="refused"}')).toBe(1);
    expect(change('realtime_tenants_broadcast_from_database_latency_committed_at_count')).toBe(1);
    expect(change('realtime_messages_in_total')).toBeGreaterThanOrEqual(5);
    expect(change('realtime_messages_out_total')).toBeGreaterThanOrEqual(3 + 2 * 3);
    expect(change('realtime_channel_output_bytes')).toBeGreaterThan(change('realtime_messages_out_total') * 10);
    expect(after.get('realtime_replication_streaming')).toBe(1);
  });

  test('are for the secret key alone', async () => {
    const url = `${world.url.replace('ws:', 'http:').replace('/socket', '')}/metrics`;
    const { token } = await world.person();
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(403);
  });

  test('count what the log leaves out', () => {
    const metrics = new Metrics();
    const lines: string[] = [];
    const log = metrics.counting(createLog('error', (line) => lines.push(line)));
    log('warning', 'Unauthorized', 'Not yours');
    log('error', 'Unauthorized', 'Not yours either');
    log('info', 'Started', 'Here we are');
    expect([...metrics.problems]).toEqual([['Unauthorized', 2]]);
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['Not yours either']);
  });
});

describe('the log has the reason of a refusal', () => {
  const url = () => world.url.replace('ws:', 'http:').replace('/socket', '');

  test('by REST, without what a query may hold', async () => {
    const { token } = await world.person();
    const before = world.log.all.length;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    await fetch(`${url()}/api/broadcast/secret/events/a?private=true&apikey=hidden`, { method: 'POST', headers, body: '1' });
    expect(await world.log.find(({ code }) => code === 'RequestRefused', before)).toMatchObject({
      message: '{"message":"Unauthorized"}',
      status: 403,
      path: '/api/broadcast/secret/events/a'
    });
    const messages = [{ topic: 'secret', event: 'a', payload: {}, private: true }];
    await fetch(`${url()}/api/broadcast`, { method: 'POST', headers, body: JSON.stringify({ messages }) });
    await world.log.find(({ code, message }) => code === 'BroadcastRefused' && message === 'unauthorized', before);
  });

  test('of a connection', async () => {
    const before = world.log.all.length;
    const socket = new WebSocket(`${world.url}/websocket?apikey=nonsense`);
    await new Promise((resolve) => socket.once('error', resolve));
    expect(await world.log.find(({ code }) => code === 'ConnectionRefused', before)).toMatchObject({
      message: 'The token provided is not a valid JWT',
      status: 401
    });
  });
});

test('a reader who is too slow is closed with 1013 and the reason, when it reads again', async () => {
  const small = await startWorld({ limits: { bufferedBytes: 1_000_000 } });
  const { token } = await small.person();
  const socket = new WebSocket(`${small.url}/websocket?vsn=2.0.0&apikey=${token}`);
  await new Promise((resolve) => socket.once('open', resolve));
  const joined = new Promise((resolve) => socket.once('message', resolve));
  socket.send('["1","1","realtime:flood","phx_join",{}]');
  await joined;
  const closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, reason.toString()])));
  socket.pause();
  const given = small.log.find(({ code }) => code === 'SlowReader').then(() => true);
  while (!(await Promise.race([given, Promise.resolve(false)]))) {
    await small.sql.query(`select realtime.send(jsonb_build_object('text', repeat('x', 1000000)), 'flood', 'flood', false)`);
  }
  socket.resume();
  expect(await closed).toEqual([1013, 'Too slow: messages were waiting']);
  await small.stop();
});

test('the log is one JSON object a line, with time, level, code, words and who it concerns', () => {
  const lines: string[] = [];
  const log = createLog(
    'info',
    (line) => lines.push(line),
    () => new Date('2026-11-21T12:00:00Z')
  );
  log('warning', 'Unauthorized', 'Two\nlines "quoted"', { topic: 'realtime:a', sub: undefined });
  expect(lines).toEqual([
    '{"time":"2026-11-21T12:00:00.000Z","level":"warning","code":"Unauthorized","message":"Two\\nlines \\"quoted\\"","topic":"realtime:a"}'
  ]);
});

test('who joins with replay while people write gets every message once', async () => {
  const ann = await world.person();
  const topic = `user:${ann.id}`;
  let written = 0;
  let writing = true;
  const writer = (async () => {
    while (writing) {
      await world.sql.query(`select realtime.send(jsonb_build_object('n', $1::int), 'n', $2)`, [(written += 1), topic]);
    }
  })();
  try {
    for (let round = 0; round < 40; round += 1) {
      // A connection of its own, on which nothing of the round before is still under way.
      const client = world.client(ann.token);
      const channel = client.channel(topic, { config: { private: true, broadcast: { replay: { since: Date.now() } } } });
      const inbox = broadcasts(channel);
      await subscribe(channel);
      // The stream has caught up with the replay when it brings something newer.
      let newest = -1;
      await inbox.find(({ payload: { n }, meta }) => (meta?.replayed ? ((newest = Math.max(newest, n)), false) : n > newest + 3));
      await client.disconnect();
      const numbers = inbox.all.map(({ payload }) => payload.n as number);
      const live = inbox.all.filter(({ meta }) => !meta?.replayed).map(({ payload }) => payload.n as number);
      const ascending = (list: number[]) => [...list].sort((a, b) => a - b);
      // What was under way when the time of the replay began comes late, as nothing tells it from what is to come.
      expect(ascending(numbers)).toEqual(numbers.map((_, index) => Math.min(...numbers) + index));
      expect(live).toEqual(ascending(live));
    }
  } finally {
    writing = false;
    await writer;
  }
});

test.each<[what: string, replayed: string, live: string, sequence: string]>([
  ['nothing came meanwhile', 'abc', '', 'abc'],
  ['nothing was stored', '', 'abc', 'abc'],
  ['the live stream has begun later', 'abc', 'cd', 'abcd'],
  ['the live stream is behind', 'abcd', 'ab', 'abcd'],
  ['one was under way when the time of the replay began', 'bc', 'abcd', 'abcd'],
  ['what is not stored keeps its place', 'ac', 'a1b2c3', 'a1b2c3']
])('replay and stream are one sequence when %s', (_what, replayed, live, sequence) => {
  const messages = (letters: string) => [...letters].map((letter) => (/\d/.test(letter) ? { letter } : { letter, id: letter }));
  const letters = inOrder<{ letter: string; id?: string }>(messages(replayed), messages(live)).map(({ letter }) => letter);
  expect(letters.join('')).toBe(sequence);
});

test('without the database the server says that it is unwell, and what cannot be done', async () => {
  const alone = await startWorld({ limits: { replicationReadyMs: 200 } });
  const health = async () => (await fetch(`${alone.url.replace('ws:', 'http:').replace('/socket', '')}/healthz`)).status;
  const ann = await alone.person();
  const room = alone.client(ann.token).channel(await alone.room(ann), { config: { private: true, broadcast: { ack: true } } });
  await subscribe(room);
  expect(await room.send({ type: 'broadcast', event: 'a', payload: {}, persist: true })).toBe('ok');
  expect(await health()).toBe(200);

  await alone.database.stop();
  await expect.poll(health).toBe(503);
  const waiting = alone.client(ann.token).channel('open', { config: { broadcast: { replication_ready: true } } });
  const system = systemMessages(waiting);
  await subscribe(waiting);
  expect(await system.find(({ status }) => status === 'error')).toMatchObject({
    message: 'Replication connection was not established in time',
    extension: 'system'
  });
  // What is sent goes out all the same; that it was not stored is in the log.
  const before = alone.log.all.length;
  expect(await room.send({ type: 'broadcast', event: 'b', payload: {}, persist: true })).toBe('ok');
  await alone.log.find(({ code }) => code === 'UnableToPersistMessage', before);

  await alone.restartDatabase();
  await expect.poll(health).toBe(200);
  await alone.stop();
});

test('a server that stops tells every channel, and its connections to come back', async () => {
  const { token } = await world.person();
  const socket = new WebSocket(`${world.url}/websocket?vsn=2.0.0&apikey=${token}`);
  const inbox = new Inbox<unknown[]>();
  socket.on('message', (data: Buffer) => inbox.put(JSON.parse(data.toString()) as unknown[]));
  await new Promise((resolve) => socket.once('open', resolve));
  for (const name of ['a', 'b']) socket.send(JSON.stringify([name, '1', `realtime:${name}`, 'phx_join', {}]));
  await inbox.first(2);
  const closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, reason.toString()])));
  await world.restartRealtime();
  expect(await closed).toEqual([1012, 'The server is restarting']);
  const payload = { extension: 'system', status: 'ok', message: 'Server requested disconnect' };
  expect(inbox.all.slice(2)).toEqual([
    ['a', null, 'realtime:a', 'system', { ...payload, channel: 'a' }],
    ['b', null, 'realtime:b', 'system', { ...payload, channel: 'b' }]
  ]);
});
