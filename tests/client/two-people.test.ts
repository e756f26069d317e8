/** Two real clients against the real stack. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Chat, ConversationView } from '../../web/lib/chat/index.ts';
import { World, type Someone } from './support/people.ts';
import { until } from './support/until.ts';

let world: World;
let alice: Someone;
let bob: Someone;
let a: Chat;
let b: Chat;
let id: string;

beforeAll(async () => {
  world = new World();
  [alice, bob] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
  [a, b] = await Promise.all([world.chat(alice), world.chat(bob)]);
  await Promise.all([until(a.connection, ({ phase }) => phase === 'live'), until(b.connection, ({ phase }) => phase === 'live')]);
  id = await a.startDirect(bob.id);
});
afterAll(() => world.stop());

describe('a direct conversation', () => {
  let atA: ConversationView;
  let atB: ConversationView;

  test('appears in the list of the other at once, by name', async () => {
    const { items } = await until(b.conversations, (list) => list.items.length === 1);
    expect(items[0]).toMatchObject({ id, kind: 'direct', title: 'Alice', unread: 0, partner: { id: alice.id } });
    expect(a.conversations.current.items[0]).toMatchObject({ id, title: 'Bob' });
  });

  test('a message is shown at once, sent, delivered to who has not opened it, and counted there', async () => {
    atA = a.openConversation(id);
    const messageId = atA.send('Hello Bob');
    expect(atA.timeline.current.messages).toMatchObject([
      { id: messageId, content: 'Hello Bob', mine: true, status: 'sending', seq: null }
    ]);
    await until(atA.timeline, ({ messages }) => messages[0]?.status === 'delivered');
    expect(atA.timeline.current.messages).toMatchObject([{ id: messageId, seq: 1, status: 'delivered' }]);
    const { items } = await until(b.conversations, (list) => list.unread === 1);
    expect(items[0]?.lastMessage).toMatchObject({ content: 'Hello Bob', mine: false, sender: { displayName: 'Alice' } });
    expect(a.unsentCount.current).toBe(0);
  });

  test('reading it is told to the sender', async () => {
    atB = b.openConversation(id);
    const { messages } = await until(atB.timeline, (timeline) => timeline.messages.length === 1);
    atB.markVisible(messages[0]!.seq!);
    expect(b.conversations.current.unread).toBe(0);
    await until(atA.timeline, (timeline) => timeline.messages[0]?.status === 'read');
    // The live event may be ahead of what queries see.
    await expect
      .poll(() => atA.receipts(1))
      .toMatchObject([{ userId: bob.id, status: 'read', readAt: expect.any(Date) as Date }]);
  });

  test('typing is shown by name and ends with the message', async () => {
    await Promise.all([until(atA.here, (here) => here.has(bob.id)), until(atB.here, (here) => here.has(alice.id))]);
    atB.keystroke();
    expect(await until(atA.typing, (typing) => typing.length === 1)).toMatchObject([{ displayName: 'Bob' }]);
    expect(a.conversations.current.items[0]?.typing).toMatchObject([{ id: bob.id }]);
    atB.send('Hello Alice');
    await until(atA.timeline, ({ messages }) => messages.length === 2);
    expect(await until(atA.typing, (typing) => typing.length === 0)).toEqual([]);
  });

  test('a conversation that is closed and opened again is in its room again', async () => {
    atB.close();
    await until(atA.here, (here) => !here.has(bob.id));
    atB = b.openConversation(id);
    const twice = b.openConversation(id);
    await until(atA.here, (here) => here.has(bob.id));
    // Two views are one: closing one of them closes nothing.
    atB.close();
    atB = twice;
    atA.keystroke();
    await until(atB.typing, (typing) => typing.length === 1);
    expect(atA.here.current.has(bob.id)).toBe(true);
    atA.stopTyping();
  });

  test('presence of the partner is online, and offline after they have gone', async () => {
    await until(a.conversations, ({ items }) => items[0]?.presence?.status === 'online');
    await b.stop();
    const { items } = await until(a.conversations, (list) => list.items[0]?.presence?.status === 'offline');
    expect(items[0]?.presence?.lastSeenAt).toBeInstanceOf(Date);
    expect(b.connection.current).toEqual({ phase: 'stopped', reason: 'stopped' });
  });

  test('300 messages missed while away are all there after coming back, in order', async () => {
    await world.write(
      alice,
      id,
      Array.from({ length: 300 }, (_, index) => `missed ${index + 1}`)
    );
    await b.start();
    const { messages } = await until(atB.timeline, (timeline) => timeline.messages.length === 302);
    expect(messages.map((message) => message.seq)).toEqual(Array.from({ length: 302 }, (_, index) => index + 1));
    expect(messages.at(-1)).toMatchObject({ content: 'missed 300' });
    await until(atA.timeline, (timeline) => timeline.messages.at(-1)?.status === 'delivered');
  });
});
