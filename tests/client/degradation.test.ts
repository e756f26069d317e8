/** What still works when a part of the server does not, with a real client in front of the real stack. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { memoryStore, type Chat, type ConversationView } from '../../web/lib/chat/index.ts';
import { FaultProxy } from './support/fault-proxy.ts';
import { World, type Someone } from './support/people.ts';
import { until } from './support/until.ts';

let world: World;
let proxy: FaultProxy;
let alice: Someone;
/** Everything of Bob's goes through the proxy. */
let bob: Someone;
let a: Chat;
let b: Chat;
let atA: ConversationView;
let atB: ConversationView;

const phase = (chat: Chat, wanted: string) => until(chat.connection, (state) => state.phase === wanted, 30_000);
const texts = (view: ConversationView) => view.timeline.current.messages.map(({ content }) => content);
const arrived = (view: ConversationView, content: string) =>
  until(view.timeline, ({ messages }) => messages.some((message) => message.content === content), 15_000);

beforeAll(async () => {
  world = new World();
  proxy = await FaultProxy.start(new URL(world.stack.apiUrl));
  [alice, bob] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
  bob.supabase = await world.signIn(bob.email, {}, proxy.url);
  [a, b] = await Promise.all([world.chat(alice), world.chat(bob)]);
  await Promise.all([phase(a, 'live'), phase(b, 'live')]);
  const id = await a.startDirect(bob.id);
  [atA, atB] = [a.openConversation(id), b.openConversation(id)];
  atA.send('hello');
  await arrived(atB, 'hello');
});
afterEach(async () => {
  Object.assign(proxy, { refuseAll: false, refuseRequests: false });
  b.reconnect();
  await phase(b, 'live');
  await until(b.unsentCount, (count) => count === 0, 20_000);
  await until(atA.timeline, ({ messages }) => messages.length === texts(atB).length);
  expect(texts(atB)).toEqual(texts(atA));
  expect(new Set(texts(atB)).size).toBe(texts(atB).length);
});
afterAll(async () => {
  await world.stop();
  await proxy.stop();
});

test('the API is down, the socket is not: reading goes on, writing waits, and both are told', async () => {
  proxy.refuseRequests = true;
  atB.send('kept while the API is down');
  await phase(b, 'receiving');
  atA.send('heard while the API is down');
  await arrived(atB, 'heard while the API is down');
  expect(atB.timeline.current.messages.at(-1)).toMatchObject({ content: 'kept while the API is down', status: 'kept' });

  // As soon as the breaker is there, which is loaded with the first call that had no answer, nothing is asked any more.
  await expect
    .poll(async () => {
      const asked = proxy.refused;
      await expect(b.searchUsers('anybody')).rejects.toMatchObject({ name: 'Unreachable' });
      return proxy.refused - asked;
    })
    .toBe(0);

  proxy.refuseRequests = false;
  b.reconnect();
  await phase(b, 'live');
  await arrived(atA, 'kept while the API is down');
});

test('the API is down, and the socket is lost too: it is opened again, and events come', async () => {
  proxy.refuseRequests = true;
  atB.send('kept over a cut');
  await phase(b, 'receiving');
  proxy.cut('sockets');
  await phase(b, 'reconnecting');
  await phase(b, 'receiving');
  atA.send('heard after a cut');
  await arrived(atB, 'heard after a cut');
});

test('it is found to answer again without anybody’s doing', async () => {
  proxy.refuseRequests = true;
  atB.send('sent by itself');
  await phase(b, 'receiving');
  proxy.refuseRequests = false;
  await phase(b, 'live');
  await arrived(atA, 'sent by itself');
});

test('everything is down: what was seen is there after a reload, and what is written then goes out later', async () => {
  const store = memoryStore();
  const device = { ...bob, supabase: await world.signIn(bob.email, {}, proxy.url) };
  const before = await world.chat(device, { store });
  await until(before.openConversation(atB.id).timeline, ({ messages }) => messages.length === texts(atB).length);
  await before.stop();

  proxy.refuseAll = true;
  proxy.cut();
  const after = await world.chat(device, { store });
  const view = after.openConversation(atB.id);
  expect(view.timeline.current.messages.map(({ content }) => content)).toEqual(texts(atA));
  view.send('written in the dark');
  await until(view.timeline, ({ messages }) => messages.at(-1)?.status === 'kept');
  proxy.refuseAll = false;
  after.reconnect();
  await arrived(atA, 'written in the dark');
  await arrived(atB, 'written in the dark');
  await after.stop();
});
