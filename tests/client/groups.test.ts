/** Three people in a group, and a crowd in a large one, against the real stack. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refused, type Chat, type ConversationView } from '../../web/lib/chat/index.ts';
import { World, type Someone } from './support/people.ts';
import { until } from './support/until.ts';

let world: World;
let alice: Someone;
let bob: Someone;
let carol: Someone;
let a: Chat;
let b: Chat;
let c: Chat;

const live = (chat: Chat) => until(chat.connection, ({ phase }) => phase === 'live');
const has = (view: ConversationView, content: string) =>
  until(view.timeline, ({ messages }) => messages.some((message) => message.content === content && message.seq !== null));
const known = (chat: Chat, id: string) => until(chat.conversations, ({ items }) => items.some((item) => item.id === id));

beforeAll(async () => {
  world = new World();
  [alice, bob, carol] = await Promise.all([world.someone('Alice'), world.someone('Bob'), world.someone('Carol')]);
  [a, b, c] = await Promise.all([world.chat(alice), world.chat(bob), world.chat(carol)]);
  await Promise.all([a, b, c].map(live));
});
afterAll(() => world.stop());

describe('a group of three', () => {
  let id: string;
  let atA: ConversationView;
  let atB: ConversationView;
  let atC: ConversationView;

  beforeAll(async () => {
    id = await a.createGroup('Harbour', [bob.id, carol.id]);
    await Promise.all([known(b, id), known(c, id)]);
    [atA, atB, atC] = [a.openConversation(id), b.openConversation(id), c.openConversation(id)];
  });

  test('has its title, its members by name, and its owner', () => {
    expect(b.conversations.current.items[0]).toMatchObject({ title: 'Harbour', kind: 'group', memberCount: 3, role: 'member' });
    expect(atB.members.current.map(({ displayName, role }) => [displayName, role])).toEqual([
      ['Alice', 'owner'],
      ['Bob', 'member'],
      ['Carol', 'member']
    ]);
  });

  test('a message is delivered when it has reached all, and read when all have read it', async () => {
    atA.send('who reads this?');
    await until(atA.timeline, ({ messages }) => messages[0]?.status === 'delivered');
    atB.markVisible(1);
    await until(atA.members, (members) => members.find(({ id: member }) => member === bob.id)?.readSeq === 1);
    expect(atA.timeline.current.messages[0]?.status).toBe('delivered');
    atC.markVisible(1);
    await until(atA.timeline, ({ messages }) => messages[0]?.status === 'read');
  });

  test('a new title is seen by all', async () => {
    await atA.rename('Quay');
    await until(c.conversations, ({ items }) => items[0]?.title === 'Quay');
  });

  test('what one may not do is refused, with the code of the catalogue', async () => {
    await expect(atB.removeMember(carol.id)).rejects.toMatchObject({ name: 'Refused', code: 'not_allowed', status: 403 });
    await expect(a.startDirect(alice.id)).rejects.toBeInstanceOf(Refused);
    await expect(a.searchUsers('x')).rejects.toMatchObject({ code: 'query_too_short' });
  });

  test('who is removed loses it at once and hears nothing of what follows, socket open and token valid', async () => {
    await atA.removeMember(carol.id);
    await until(atC.lost, (lost) => lost);
    expect(c.conversations.current.items).toEqual([]);
    expect(atC.summary.current).toBeNull();
    expect(c.connection.current.phase).toBe('live');
    atA.send('without Carol');
    await has(atB, 'without Carol');
    // Whatever was said to Carol until now has come when this has.
    const other = await a.startDirect(carol.id);
    await known(c, other);
    expect(atC.timeline.current.messages).toEqual([]);
    expect(atA.members.current.map(({ displayName }) => displayName)).toEqual(['Alice', 'Bob']);
  });

  test('those who stay meet in the room of the new epoch', async () => {
    await Promise.all([until(atA.here, (here) => here.has(bob.id)), until(atB.here, (here) => here.has(alice.id))]);
    atA.keystroke();
    await until(atB.typing, (typing) => typing.some(({ id: typist }) => typist === alice.id));
    atA.stopTyping();
    await until(atB.typing, (typing) => typing.length === 0);
  });

  test('who comes back finds everything, and nothing unread', async () => {
    await atA.addMembers([carol.id]);
    await until(atC.lost, (lost) => !lost);
    await has(atC, 'without Carol');
    expect(c.conversations.current.items.find((item) => item.id === id)).toMatchObject({ unread: 0, title: 'Quay' });
    atA.send('welcome back');
    await has(atC, 'welcome back');
  });

  test('who leaves is gone from the list, and for the others; what they said stays under their name', async () => {
    atB.send('I was here');
    await has(atA, 'I was here');
    await atB.leave();
    expect(b.conversations.current.items).toEqual([]);
    await until(atA.members, (members) => members.length === 2);
    expect(atA.members.current.map(({ displayName }) => displayName)).toEqual(['Alice', 'Carol']);

    const elsewhere = await world.chat({ ...alice, supabase: await world.signIn(alice.email) });
    const anew = elsewhere.openConversation(id);
    const { messages } = await until(anew.timeline, (timeline) =>
      timeline.messages.some(({ sender }) => sender?.displayName === 'Bob')
    );
    expect(messages.find(({ content }) => content === 'I was here')).toMatchObject({
      senderId: bob.id,
      sender: { displayName: 'Bob' }
    });
    await elsewhere.stop();
  });
});

describe('a large group', () => {
  let id: string;
  let atA: ConversationView;
  let atB: ConversationView;

  beforeAll(async () => {
    const { rows } = await world.sql.query<{ id: string }>(
      `insert into auth.users (id, aud, role, email, raw_user_meta_data)
       select gen_random_uuid(), 'authenticated', 'authenticated', 'crowd_' || gen_random_uuid() || '@parley.test', '{"display_name": "Crowd"}'
       from generate_series(1, 30)
       returning id`
    );
    id = await a.createGroup('Assembly', [bob.id, carol.id, ...rows.map((row) => row.id)]);
    await Promise.all([known(b, id), known(c, id)]);
    [atA, atB] = [a.openConversation(id), b.openConversation(id)];
  });

  test('lists all its members to who opens it', async () => {
    const members = await until(atB.members, (list) => list.length === 33);
    expect(members.find((member) => member.id === alice.id)).toMatchObject({ role: 'owner', readSeq: null });
    expect(b.conversations.current.items.find((item) => item.id === id)).toMatchObject({ isLarge: true, memberCount: 33 });
  });

  test('its messages come live, also to who has not opened it', async () => {
    atA.send('to all');
    await has(atB, 'to all');
    await until(c.conversations, ({ items }) => items.find((item) => item.id === id)?.unread === 1);
    await has(atA, 'to all');
    expect(atA.timeline.current.messages[0]?.status).toBe('sent');
  });

  test('after somebody was removed the others go on in the new feed, and that person hears nothing', async () => {
    await atA.removeMember(carol.id);
    await until(c.conversations, ({ items }) => !items.some((item) => item.id === id));
    for (const text of ['one', 'two', 'three']) atA.send(text);
    await has(atB, 'three');
    const said = atB.timeline.current.messages.map(({ content, notice }) => notice?.code ?? content);
    expect(said).toEqual(['to all', 'member_removed', 'one', 'two', 'three']);
    expect(c.conversations.current.items.some((item) => item.id === id)).toBe(false);
    await until(atB.members, (list) => list.length === 32);
  });
});
