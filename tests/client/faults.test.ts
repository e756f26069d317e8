/** The ways in which a connection can break without being closed, to a real client in front of the real stack. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Chat, ConversationView } from '../../web/lib/chat/index.ts';
import { FaultProxy } from './support/fault-proxy.ts';
import { World, type Someone } from './support/people.ts';
import { until } from './support/until.ts';

/** supabase-js finds out that nobody answers by its heartbeat, every 25 s. Here often, so that nobody has to wait for it. */
const HEARTBEAT_MS = 1_000;

let world: World;
let proxy: FaultProxy;
let bob: Someone;
let a: Chat;
let b: Chat;
let atA: ConversationView;
let atB: ConversationView;

const phase = (chat: Chat, ...wanted: string[]) => until(chat.connection, (state) => wanted.includes(state.phase), 30_000);
const lost = () => phase(b, 'reconnecting', 'polling');
const texts = (view: ConversationView) => view.timeline.current.messages.map(({ content }) => content);
const arrived = (view: ConversationView, ...contents: string[]) =>
  until(view.timeline, ({ messages }) => contents.every((one) => messages.some(({ content }) => content === one)), 30_000);
const stored = async (...contents: string[]) => {
  for (const content of contents) atA.send(content);
  await until(a.unsentCount, (count) => count === 0);
};

beforeAll(async () => {
  world = new World();
  proxy = await FaultProxy.start(new URL(world.stack.apiUrl));
  const [alice, someone] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
  const supabase = await world.signIn(someone.email, { realtime: { heartbeatIntervalMs: HEARTBEAT_MS } }, proxy.url);
  bob = { ...someone, supabase };
  [a, b] = await Promise.all([world.chat(alice), world.chat(bob)]);
  await Promise.all([phase(a, 'live'), phase(b, 'live')]);
  const id = await a.startDirect(bob.id);
  [atA, atB] = [a.openConversation(id), b.openConversation(id)];
  await stored('hello');
  await arrived(atB, 'hello');
});
afterEach(async () => {
  b.reconnect();
  // Live again, and what is on both screens is what is in the database: nothing lost, nothing doubled.
  await phase(b, 'live');
  await until(b.unsentCount, (count) => count === 0, 30_000);
  const { rows } = await world.sql.query<{ content: string }>(
    'select content from public.messages where conversation_id = $1 order by seq',
    [atA.id]
  );
  const record = rows.map(({ content }) => content);
  await Promise.all([arrived(atA, ...record), arrived(atB, ...record)]);
  expect([texts(atA), texts(atB)]).toEqual([record, record]);
  expect(new Set(record).size).toBe(record.length);
});
afterAll(async () => {
  await world.stop();
  await proxy.stop();
});

// First: the pauses between attempts grow with what follows.
test('no socket at all for a while: asked for, then live again by itself', async () => {
  proxy.refuseSockets = true;
  proxy.cut('sockets');
  await phase(b, 'polling');
  await stored('came by asking');
  await arrived(atB, 'came by asking');
  atB.send('answered by asking');
  await arrived(atA, 'answered by asking');
  expect(b.connection.current.phase).toBe('polling');
  proxy.refuseSockets = false;
  await phase(b, 'live');
  await stored('came live again');
  await arrived(atB, 'came live again');
}, 60_000);

test('a socket that ends in the middle of a frame', async () => {
  for (let time = 1; time <= 5; time++) {
    proxy.tearNext = true;
    const said = [1, 2, 3].map((n) => `torn ${time}, ${n}`);
    for (const text of said) atA.send(text);
    await lost();
    expect(proxy.tearNext).toBe(false);
    // One that breaks again and again is left alone for longer each time.
    if (time > 1) b.reconnect();
    await arrived(atB, ...said);
    await phase(b, 'live');
  }
});

test('a connection that is half open: what is sent arrives nowhere, and nobody says so', async () => {
  proxy.flow = 'lose';
  atB.send('said into nowhere');
  await stored('not heard', 'not heard either');
  await lost();
  expect(texts(atB)).not.toContain('not heard');
  // A request that was lost would be waited for 20 s long: the network is back, and so are its ends of connections.
  proxy.flow = 'pass';
  proxy.cut();
  b.reconnect();
  await arrived(atB, 'not heard', 'not heard either');
  await arrived(atA, 'said into nowhere');
});

test('a stall: everything comes late, after it was given up, and nothing counts twice', async () => {
  proxy.flow = 'hold';
  atB.send('stalled');
  await stored('said during the stall');
  await lost();
  await until(atB.timeline, ({ messages }) => messages.at(-1)?.status === 'kept', 30_000);
  // What was given up reaches the server now, and what is tried again as well.
  proxy.flow = 'pass';
  await arrived(atA, 'stalled');
  await arrived(atB, 'said during the stall');
}, 60_000);
