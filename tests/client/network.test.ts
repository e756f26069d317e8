/** What networks do, to a real client in front of the real stack. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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

const live = (chat: Chat) => until(chat.connection, ({ phase }) => phase === 'live', 30_000);
const texts = (view: ConversationView) => view.timeline.current.messages.map(({ content }) => content);
const arrived = (view: ConversationView, ...contents: string[]) =>
  until(
    view.timeline,
    ({ messages }) => contents.every((content) => messages.some((message) => message.content === content)),
    15_000
  );

beforeAll(async () => {
  world = new World();
  proxy = await FaultProxy.start(new URL(world.stack.apiUrl));
  [alice, bob] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
  bob.supabase = await world.signIn(bob.email, {}, proxy.url);
  [a, b] = await Promise.all([world.chat(alice), world.chat(bob)]);
  await Promise.all([live(a), live(b)]);
  const id = await a.startDirect(bob.id);
  atA = a.openConversation(id);
  atB = b.openConversation(id);
  atA.send('hello');
  await arrived(atB, 'hello');
});
afterEach(async () => {
  Object.assign(proxy, { refuseSockets: false, refuseAll: false, loseAnswer: () => false });
  b.reconnect();
  await live(b);
});
afterAll(async () => {
  await world.stop();
  await proxy.stop();
});

describe('a socket that is cut in the middle of a conversation', () => {
  test('is open again soon, and nothing is missing or doubled', async () => {
    const said = Array.from({ length: 40 }, (_, index) => `while cut ${index}`);
    const phases: string[] = [];
    const release = b.connection.subscribe(() => phases.push(b.connection.current.phase));
    for (const [index, text] of said.entries()) {
      atA.send(text);
      if (index % 10 === 5) proxy.cut('sockets');
      await until(atA.timeline, ({ messages }) => messages.at(-1)?.seq !== null);
    }
    await arrived(atB, ...said);
    await live(b);
    release();
    expect(phases).toContain('reconnecting');
    const ofSaid = texts(atB).filter((content) => content.startsWith('while cut'));
    expect(ofSaid).toEqual(said);
    expect(atB.timeline.current.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
  });
});

describe('a network that lets no socket through', () => {
  test('polling: messages, receipts and the list still come', async () => {
    proxy.refuseSockets = true;
    proxy.cut('sockets');
    await until(b.connection, ({ phase }) => phase === 'polling', 20_000);
    atA.send('by polling');
    await arrived(atB, 'by polling');
    atB.markVisible(atB.timeline.current.messages.at(-1)!.seq!);
    await until(atA.timeline, ({ messages }) => messages.at(-1)?.status === 'read');
    atB.send('answered by polling');
    await arrived(atA, 'answered by polling');
    expect(b.connection.current).toMatchObject({ phase: 'polling' });
    // Alice sees Bob, although he has no socket.
    await a.fetchPresence([bob.id]);
    expect(a.presence.current.get(bob.id)?.status).toBe('online');
  });
});

describe('answers that are lost', () => {
  test('a message is stored once, however often it was sent', async () => {
    let sent = 0;
    proxy.loseAnswer = (request) => request.includes('/rpc/send_message') && (sent += 1) <= 3;
    const id = atB.send('once');
    await until(b.unsentCount, (count) => count === 0, 20_000);
    expect(sent).toBeGreaterThanOrEqual(1);
    await arrived(atA, 'once');
    const { rows } = await world.sql.query('select seq from public.messages where id = $1', [id]);
    expect(rows).toHaveLength(1);
    expect(texts(atA).filter((content) => content === 'once')).toHaveLength(1);
  });
});

describe('a server that cannot be reached', () => {
  test('what is written is kept, in order, and sent when it is back', async () => {
    proxy.refuseAll = true;
    proxy.cut();
    const written = ['kept 1', 'kept 2', 'kept 3'];
    for (const text of written) atB.send(text);
    await until(atB.timeline, ({ messages }) => messages.at(-1)?.status === 'kept');
    atA.send('meanwhile');
    await until(atA.timeline, ({ messages }) => messages.at(-1)?.seq !== null);
    proxy.refuseAll = false;
    b.reconnect();
    await arrived(atA, ...written);
    await arrived(atB, 'meanwhile');
    await until(b.unsentCount, (count) => count === 0);
    expect(texts(atA)).toEqual(texts(atB));
    expect(texts(atA).filter((content) => content.startsWith('kept'))).toEqual(written);
  });

  test('what was written survives a reload', async () => {
    const store = memoryStore();
    const tab = { ...bob, supabase: await world.signIn(bob.email, {}, proxy.url) };
    const before = await world.chat(tab, { store });
    proxy.refuseAll = true;
    proxy.cut();
    before.openConversation(atB.id).send('written before the reload');
    await until(before.unsentCount, (count) => count === 1);
    await before.stop();
    proxy.refuseAll = false;
    const after = await world.chat(tab, { store });
    await until(after.unsentCount, (count) => count === 0, 20_000);
    await arrived(atA, 'written before the reload');
    await after.stop();
  });

  test('what was read survives a reload, and its sender learns it', async () => {
    const store = memoryStore();
    const tab = { ...bob, supabase: await world.signIn(bob.email, {}, proxy.url) };
    const before = await world.chat(tab, { store });
    const view = before.openConversation(atB.id);
    const id = atA.send('read on the train');
    const { messages } = await until(view.timeline, (timeline) => timeline.messages.some((message) => message.id === id));
    await before.stop();

    proxy.refuseAll = true;
    proxy.cut();
    const offline = await world.chat(tab, { store });
    const unread = (chat: Chat) => chat.conversations.current.items.find((item) => item.id === atB.id)?.unread;
    offline.openConversation(atB.id).markVisible(messages.find((message) => message.id === id)!.seq!);
    expect(unread(offline)).toBe(0);
    await offline.stop();
    const after = await world.chat(tab, { store });
    expect(unread(after)).toBe(0);
    proxy.refuseAll = false;
    after.reconnect();
    await until(atA.timeline, (timeline) => timeline.messages.find((message) => message.id === id)?.status === 'read');
    await after.stop();
  });
});

describe('refusals', () => {
  test('a message that is refused stays, with the reason, until it is discarded', async () => {
    const id = atB.send('x'.repeat(5001));
    const { messages } = await until(atB.timeline, (timeline) => timeline.messages.at(-1)?.status === 'refused');
    expect(messages.at(-1)).toMatchObject({ id, refusal: { code: 'message_too_long' } });
    atB.send('after the refused one');
    await arrived(atA, 'after the refused one');
    expect(atB.discard(id)).toHaveLength(5001);
    await until(b.unsentCount, (count) => count === 0);
  });

  test('a flood is slowed down and loses nothing', async () => {
    const flood = Array.from({ length: 75 }, (_, index) => `flood ${index}`);
    for (const text of flood) atB.send(text);
    await until(b.unsentCount, (count) => count === 0, 30_000);
    await arrived(atA, ...flood);
    expect(texts(atA).filter((content) => content.startsWith('flood'))).toEqual(flood);
  }, 40_000);
});
