/** Random damage to good frames: the server goes on, forgets the damaged, and nobody else notices. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { broadcasts, subscribe } from './listening.ts';
import { startWorld, type World } from './world.ts';

const FRAMES = 400;

let world: World;
beforeAll(async () => {
  world = await startWorld({ limits: { presenceCalls: 1_000 } });
  await world.sql.query(`
    create table public.fuzzed (id int primary key, word text);
    grant select on public.fuzzed to authenticated;
    alter publication supabase_realtime add table public.fuzzed;`);
});
afterAll(() => world.stop());

/** Seeded, so that a failure can be run again. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const VALUES = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  '',
  '\u0000',
  '💥'.repeat(100),
  [],
  [[]],
  {},
  { __proto__: null },
  'realtime:x',
  'phx_join',
  'true'
];

/** The value with some part of it replaced by another one. */
function damaged(value: unknown, random: (below: number) => number): unknown {
  if (random(4) === 0 || typeof value !== 'object' || value === null) return VALUES[random(VALUES.length)];
  const entries = Object.entries(value);
  const chosen = random(entries.length);
  const changed = entries.map(([key, part], index) => [key, index === chosen ? damaged(part, random) : part] as const);
  return Array.isArray(value) ? changed.map(([, part]) => part) : Object.fromEntries(changed);
}

const config = {
  broadcast: { ack: true, self: true },
  presence: { key: 'k', enabled: true },
  postgres_changes: [],
  private: false
};
const changes = [
  { event: '*', schema: 'public', table: 'fuzzed', filter: 'id=gt.3,word=like.a%', select: ['word'] },
  { event: 'INSERT', schema: 'public' }
];
const GOOD = [
  ['1', '1', 'realtime:x', 'phx_join', { config: { ...config, postgres_changes: changes } }],
  [
    '1',
    '1',
    'realtime:x',
    'phx_join',
    { config: { ...config, postgres_changes: changes, postgres_changes_options: { wait: true, timeout: 50 } } }
  ],
  ['1', '1', 'realtime:public:fuzzed:id=eq.1', 'phx_join', {}],
  ['1', '1', 'realtime:x', 'phx_join', { config, access_token: 'a.b.c' }],
  ['1', '1', 'realtime:x', 'phx_join', { config: { ...config, private: true } }],
  ['1', '1', 'realtime:x', 'phx_join', { config: { ...config, private: true, broadcast: { replay: { since: 1, limit: 5 } } } }],
  ['1', '2', 'realtime:x', 'broadcast', { type: 'broadcast', event: 'e', payload: { a: [1] } }],
  ['1', '3', 'realtime:x', 'presence', { type: 'presence', event: 'track', payload: { a: 1 } }],
  ['1', '4', 'realtime:x', 'presence', { type: 'presence', event: 'untrack' }],
  ['1', '5', 'realtime:x', 'access_token', { access_token: 'a.b.c' }],
  ['1', '6', 'realtime:x', 'phx_leave', {}],
  [null, '7', 'phoenix', 'heartbeat', {}]
];
const GOOD_BYTES = [
  Buffer.from([3, 1, 1, 10, 1, 0, 1, ...Buffer.from('12realtime:xe{"a":1}')]),
  Buffer.from([3, 1, 1, 10, 1, 16, 0, ...Buffer.from('12realtime:xe{"persist":true}'), 0, 255]),
  Buffer.from([0, 1, 1, 10, 4, ...Buffer.from('12realtime:xblob'), 7])
];

const GAUGES = ['connections_open', 'connections_connected', 'topics', 'channels', 'changes_subscriptions'];

/** What the server holds for its clients. */
async function held(): Promise<Record<string, string>> {
  const address = `${world.url.replace('ws:', 'http:').replace('/socket', '')}/metrics`;
  const headers = { authorization: `Bearer ${await world.token({ role: 'service_role' })}` };
  const text = await (await fetch(address, { headers })).text();
  return Object.fromEntries(GAUGES.map((name) => [name, new RegExp(`^realtime_${name} (\\S+)`, 'm').exec(text)![1]!]));
}

test.each([1, 2, 3, 4, 5, 6])('seed %d', async (seed) => {
  const random = randomNumbers(seed);
  const ann = await world.person();
  const bystander = world.client(ann.token).channel(`user:${ann.id}`, { config: { private: true } });
  const inbox = broadcasts(bystander);
  await subscribe(bystander);
  const before = await held();
  const from = world.log.all.length;

  const socket = new WebSocket(`${world.url}/websocket?vsn=${seed % 2 ? '2.0.0' : '1.0.0'}&apikey=${ann.token}`);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  for (let n = 0; n < FRAMES; n += 1) {
    const good = GOOD[random(GOOD.length)]!;
    const message = random(3) === 0 ? good : (damaged(good, random) as unknown[]);
    const [join_ref, ref, topic, event, payload] = Array.isArray(message) ? message : [];
    const text = JSON.stringify(seed % 2 ? message : { topic, event, payload, ref, join_ref });
    if (random(10) === 0) socket.send(text.slice(0, random(text.length)));
    else if (random(5) > 0) socket.send(text);
    else {
      const bytes = Buffer.from(GOOD_BYTES[random(GOOD_BYTES.length)]!);
      for (let times = random(4); times > 0; times -= 1) bytes[random(bytes.length)] = random(256);
      socket.send(bytes.subarray(0, random(3) ? bytes.length : random(bytes.length)));
    }
    if (n % 100 === 0) await world.sql.query(`insert into fuzzed values ($1, 'a') on conflict do nothing`, [n]);
    if (n % 50 === 0) await world.sql.query(`select realtime.send($1, 'message', $2)`, [{ n }, `user:${ann.id}`]);
  }
  // A join has its answer only when all before it was dealt with.
  const answered = new Promise<void>((resolve) =>
    socket.on('message', (data: Buffer) => data.includes('last-of-all') && resolve())
  );
  socket.send(
    seed % 2
      ? '["9","9","realtime:last-of-all","phx_join",{}]'
      : '{"topic":"realtime:last-of-all","event":"phx_join","payload":{},"ref":"9","join_ref":"9"}'
  );
  await answered;
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.close();
  await closed;

  await inbox.first(FRAMES / 50);
  expect(inbox.all.map(({ payload }) => payload.n)).toEqual(Array.from({ length: FRAMES / 50 }, (_, index) => index * 50));
  await expect.poll(held).toEqual(before);
  expect(
    world.log.all
      .slice(from)
      .filter(({ code }) => ['ChannelCrashed', 'UnknownErrorOnWebSocketMessage', 'UnknownErrorOnChannel'].includes(code))
  ).toEqual([]);
});
