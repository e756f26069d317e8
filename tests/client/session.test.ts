/** Sessions, pages and devices, against the real stack. */
import { createClient } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Chat } from '../../web/lib/chat/index.ts';
import { FakePage } from './support/fake-page.ts';
import { World, type Someone } from './support/people.ts';
import { until } from './support/until.ts';

let world: World;
let alice: Someone;
let a: Chat;

const live = (chat: Chat) => until(chat.connection, ({ phase }) => phase === 'live');

beforeAll(async () => {
  world = new World();
  alice = await world.someone('Alice');
  a = await world.chat(alice);
  await live(a);
});
afterAll(() => world.stop());

describe('the session', () => {
  test('signing out stops the chat and says why', async () => {
    const bob = await world.someone('Bob');
    const chat = await world.chat(bob);
    await live(chat);
    await bob.supabase.auth.signOut();
    expect(await until(chat.connection, ({ phase }) => phase === 'stopped')).toEqual({ phase: 'stopped', reason: 'signed_out' });
  });

  test('one that has expired while asleep is renewed before anything is joined', async () => {
    const bob = await world.someone('Bob');
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key)
    };
    await world.signIn(bob.email, { auth: { persistSession: true, storage } });
    // What the storage holds after a long sleep.
    const [key, text] = [...kept].find(([, value]) => value.includes('access_token'))!;
    const expired = await new SignJWT({ sub: bob.id, role: 'authenticated' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('-1h')
      .sign(new TextEncoder().encode(world.stack.jwtSecret));
    kept.set(
      key,
      JSON.stringify({ ...(JSON.parse(text) as object), access_token: expired, expires_at: Math.floor(Date.now() / 1000) - 3600 })
    );

    const supabase = createClient(world.stack.apiUrl, world.stack.publishableKey, {
      auth: { persistSession: true, autoRefreshToken: false, storage }
    });
    world.defer(() => supabase.realtime.disconnect());
    const chat = await world.chat({ ...bob, supabase });
    await live(chat);
    expect(await until(chat.me, (me) => me !== null)).toMatchObject({ id: bob.id, displayName: 'Bob' });
  });

  test('without one the chat waits, keeps what is written, and goes on when it comes', async () => {
    const bob = await world.someone('Bob');
    const supabase = createClient(world.stack.apiUrl, world.stack.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false }
    });
    world.defer(() => supabase.realtime.disconnect());
    const id = await a.startDirect(bob.id);
    const chat = await world.chat({ ...bob, supabase });
    chat.openConversation(id).send('written before the session came');
    await until(chat.connection, ({ phase }) => phase === 'reconnecting');
    expect(chat.unsentCount.current).toBe(1);
    const { data } = await bob.supabase.auth.getSession();
    await supabase.auth.setSession(data.session!);
    await live(chat);
    await until(chat.unsentCount, (count) => count === 0);
    const view = a.openConversation(id);
    await until(view.timeline, ({ messages }) => messages[0]?.content === 'written before the session came');
    view.close();
  });
});

describe('the page', () => {
  test('messages are read only while somebody looks at them, and one is away while hidden', async () => {
    const bob = await world.someone('Bob');
    const page = new FakePage();
    const b = await world.chat(bob, { surroundings: page.surroundings() });
    await live(b);
    const id = await a.startDirect(bob.id);
    const [atA, atB] = [a.openConversation(id), b.openConversation(id)];
    await until(a.conversations, ({ items }) => items.find((item) => item.id === id)?.presence?.status === 'online');

    page.focus(false);
    atA.send('do you see this?');
    await until(atB.timeline, ({ messages }) => messages.length === 1);
    atB.markVisible(1);
    await until(atA.timeline, ({ messages }) => messages[0]?.status === 'delivered');
    expect(b.conversations.current.unread).toBe(1);
    page.focus(true);
    expect(b.conversations.current.unread).toBe(0);
    await until(atA.timeline, ({ messages }) => messages[0]?.status === 'read');

    page.show(false);
    await until(a.conversations, ({ items }) => items.find((item) => item.id === id)?.presence?.status === 'away', 15_000);
    // The database remembers, too: for the REST API, and for who comes later.
    const remembered = async () => (await alice.supabase.rpc('presence', { user_ids: [bob.id] })).data as unknown;
    await expect.poll(remembered).toMatchObject([{ status: 'away' }]);
    page.leave();
    await expect.poll(remembered).toMatchObject([{ status: 'offline' }]);
    page.goOnline(false);
    expect(b.connection.current).toEqual({ phase: 'offline' });
    atB.send('written on the train');
    expect(atB.timeline.current.messages.at(-1)?.status).toBe('kept');
    page.goOnline(true);
    await until(atA.timeline, ({ messages }) => messages.length === 2);
    await live(b);
  });
});

describe('two devices of one person', () => {
  test('show the same: what one sends, and what one has read', async () => {
    const bob = await world.someone('Bob');
    const phone = { ...bob, supabase: await world.signIn(bob.email) };
    const [desk, mobile] = await Promise.all([world.chat(bob), world.chat(phone)]);
    await Promise.all([live(desk), live(mobile)]);
    const id = await a.startDirect(bob.id);
    const atA = a.openConversation(id);
    atA.send('to both');
    await Promise.all([desk, mobile].map((chat) => until(chat.conversations, ({ unread }) => unread === 1)));

    const atDesk = desk.openConversation(id);
    await until(atDesk.timeline, ({ messages }) => messages.length === 1);
    atDesk.markVisible(1);
    await until(mobile.conversations, ({ unread }) => unread === 0);
    const sent = atDesk.send('from the desk');
    const { items } = await until(mobile.conversations, (list) => list.items[0]?.lastMessage?.content === 'from the desk');
    expect(items[0]).toMatchObject({ unread: 0, lastMessage: { id: sent, mine: true } });
  });
});

describe('people', () => {
  test('are found by name and handle, and seen under a changed name', async () => {
    const dora = await world.someone('Dorothea');
    const chat = await world.chat(dora);
    const found = await a.searchUsers('dorothea');
    expect(found).toContainEqual(expect.objectContaining({ id: dora.id, displayName: 'Dorothea' }));
    await chat.updateProfile({ displayName: 'Dora' });
    expect(chat.me.current?.displayName).toBe('Dora');
    expect(await a.searchUsers(found.find(({ id }) => id === dora.id)!.handle)).toMatchObject([{ displayName: 'Dora' }]);
  });

  test('a conversation that is not one’s own is shown as lost', async () => {
    const [bob, carol] = [await world.someone('Bob'), await world.someone('Carol')];
    const b = await world.chat(bob);
    const theirs = await b.startDirect(carol.id);
    const view = a.openConversation(theirs);
    await until(view.lost, (lost) => lost);
    expect(view.timeline.current.messages).toEqual([]);
    view.close();
  });
});
