/** What is done to a message, and asked about one, as a third party does it: with HTTP and nothing else. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { call, type Person, rpc, signUp } from './world.ts';

let alice: Person;
let bob: Person;
let carol: Person;
let group: string;

beforeAll(async () => {
  [alice, bob, carol] = await Promise.all([signUp('alice'), signUp('bob'), signUp('carol')]);
  const { body } = await rpc('create_group', { title: 'Group', member_ids: [bob.id, carol.id] }, alice.token);
  group = body[0].id;
});

const send = async (person: Person, content: string, more: object = {}): Promise<number> =>
  (await rpc('send_message', { conversation_id: group, id: randomUUID(), content, ...more }, person.token)).body.seq;
const on = (person: Person, name: string, seq: number, more: object = {}) =>
  rpc(name, { conversation_id: group, seq, ...more }, person.token);
const read = async (person: Person, query: string) => (await call('GET', `/rest/v1/${query}`, { token: person.token })).body;

test('reactions come back with the message, one’s own as a column to ask for, and who gave them in pages', async () => {
  const seq = await send(alice, 'Cake?');
  const added = await on(bob, 'add_reaction', seq, { emoji: '👍' });
  expect({ status: added.status, reactions: added.body.reactions }).toMatchObject({
    status: 200,
    reactions: { '👍': { count: 1, user_ids: [bob.id] } }
  });
  await on(carol, 'add_reaction', seq, { emoji: '👍' });
  const ask = `messages?conversation_id=eq.${group}&seq=eq.${seq}&select=seq,my_reactions`;
  expect(await read(bob, ask)).toEqual([{ seq, my_reactions: ['👍'] }]);
  expect(await read(alice, ask)).toEqual([{ seq, my_reactions: [] }]);
  const who = `reactions?conversation_id=eq.${group}&seq=eq.${seq}&emoji=eq.${encodeURIComponent('👍')}&order=id&limit=1`;
  const [first] = await read(alice, `${who}&select=id,profiles(display_name)`);
  expect(first.profiles).toEqual({ display_name: 'bob' });
  const [second] = await read(alice, `${who}&id=gt.${first.id}&select=user_id`);
  expect(second).toEqual({ user_id: carol.id });
});

test('a poll with one’s own votes, and who voted for what', async () => {
  const { body: poll } = await rpc(
    'create_poll',
    { conversation_id: group, id: randomUUID(), question: 'When?', options: ['Mon', 'Tue'] },
    alice.token
  );
  expect((await on(bob, 'vote', poll.seq, { options: [1] })).body.poll.options).toEqual([
    { text: 'Mon', votes: 0 },
    { text: 'Tue', votes: 1 }
  ]);
  expect(await read(bob, `messages?conversation_id=eq.${group}&seq=eq.${poll.seq}&select=my_votes`)).toEqual([{ my_votes: [1] }]);
  expect(await read(alice, `poll_votes?conversation_id=eq.${group}&seq=eq.${poll.seq}&select=option,user_id`)).toEqual([
    { option: 1, user_id: bob.id }
  ]);
});

test('an edit, its history, and a deletion', async () => {
  const seq = await send(alice, 'Helo');
  expect((await on(alice, 'edit_message', seq, { content: 'Hello' })).body.content).toBe('Hello');
  expect(await read(bob, `message_edits?conversation_id=eq.${group}&seq=eq.${seq}&select=version,content`)).toEqual([
    { version: 1, content: 'Helo' }
  ]);
  const refused = await on(bob, 'edit_message', seq, { content: 'Bye' });
  expect({ status: refused.status, code: refused.body.code }).toEqual({ status: 403, code: 'not_allowed' });
  expect((await on(alice, 'delete_message', seq)).body).toMatchObject({ content: '', deleted_by: alice.id });
  const gone = await on(alice, 'edit_message', seq, { content: 'Again' });
  expect({ status: gone.status, code: gone.body.code }).toEqual({ status: 410, code: 'message_deleted' });
});

test('a thread, the pins, and the page around a message', async () => {
  const root = await send(alice, 'A thread');
  const answer = await send(bob, 'in it', { thread_seq: root });
  expect(await read(carol, `messages?conversation_id=eq.${group}&thread_seq=eq.${root}&order=seq&select=seq`)).toEqual([
    { seq: answer }
  ]);
  await on(bob, 'pin_message', root);
  expect(await read(carol, `messages?conversation_id=eq.${group}&pinned_at=not.is.null&select=seq,thread_count`)).toEqual([
    { seq: root, thread_count: 1 }
  ]);
  const page = await read(carol, `rpc/messages_around?conversation_id=${group}&seq=${root}&before=1&after=1&select=seq`);
  expect(page).toEqual([{ seq: root - 1 }, { seq: root }, { seq: root + 1 }]);
});

test('a message is forwarded to a conversation, once', async () => {
  const seq = await send(bob, 'News');
  const { body } = await rpc('create_group', { title: 'There' }, alice.token);
  const forward = () =>
    on(alice, 'forward_message', seq, { to_conversation_ids: [body[0].id], id: '0199aaaa-0000-7000-8000-0000000000f7' });
  const [first, second] = [await forward(), await forward()];
  expect(first.body).toMatchObject([{ conversation_id: body[0].id, content: 'News', forwarded: { sender_id: bob.id } }]);
  expect(second.body[0].seq).toBe(first.body[0].seq);
});
