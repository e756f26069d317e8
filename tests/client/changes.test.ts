/** Editing, deleting, replying and reacting: two real clients against the real stack. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Chat, ConversationView, TimelineMessage } from '../../web/lib/chat/index.ts';
import { FakePage } from './support/fake-page.ts';
import { World, type Someone } from './support/people.ts';
import { until } from './support/until.ts';

let world: World;
let alice: Someone;
let bob: Someone;
let a: Chat;
let atA: ConversationView;
let atB: ConversationView;

beforeAll(async () => {
  world = new World();
  const [one, other] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
  [alice, bob] = [one, other];
  const [chatOfA, b] = await Promise.all([world.chat(alice), world.chat(bob)]);
  a = chatOfA;
  await Promise.all([until(a.connection, ({ phase }) => phase === 'live'), until(b.connection, ({ phase }) => phase === 'live')]);
  const id = await a.startDirect(bob.id);
  atA = a.openConversation(id);
  atB = b.openConversation(id);
  for (const text of ['first', 'second', 'third']) atA.send(text);
  await until(atB.timeline, ({ messages }) => messages.length === 3);
  await until(a.unsentCount, (count) => count === 0);
});
afterAll(() => world.stop());

const first = (view: ConversationView, holds: (message: TimelineMessage) => boolean) =>
  until(view.timeline, ({ messages }) => messages[0] !== undefined && holds(messages[0])).then(({ messages }) => messages[0]!);

test('an edit is shown at once, and then to the other', async () => {
  atA.edit(1, 'better');
  expect(atA.timeline.current.messages[0]).toMatchObject({ content: 'better', edited: true, change: { status: 'sending' } });
  expect(await first(atB, ({ content }) => content === 'better')).toMatchObject({ edited: true, change: null });
  expect(await first(atA, ({ change }) => change === null)).toMatchObject({ content: 'better', edited: true });
});

test('a reaction is counted, and known as one’s own on both sides', async () => {
  atB.react(1, '👍', true);
  expect(atB.timeline.current.messages[0]?.reactions).toMatchObject([{ emoji: '👍', count: 1, mine: true }]);
  const seen = await first(atA, ({ reactions }) => reactions.length === 1);
  expect(seen.reactions).toMatchObject([{ emoji: '👍', count: 1, mine: false, people: [{ id: bob.id }] }]);
  atA.react(1, '👍', true);
  expect((await first(atB, ({ reactions }) => reactions[0]?.count === 2)).reactions).toMatchObject([{ count: 2, mine: true }]);
  await first(atB, ({ change }) => change === null);
  atB.react(1, '👍', false);
  expect((await first(atA, ({ reactions }) => reactions[0]?.count === 1)).reactions).toMatchObject([{ count: 1, mine: true }]);
  expect((await first(atB, ({ change }) => change === null)).reactions).toMatchObject([{ count: 1, mine: false }]);
});

test('an answer knows what it answers', async () => {
  atB.reply(2, 'to the second');
  const { messages } = await until(atA.timeline, (timeline) => timeline.messages.length === 4);
  expect(messages[3]).toMatchObject({ content: 'to the second', replyTo: 2 });
});

test('what may not be is refused, stays with its reason, and can be discarded', async () => {
  atB.edit(1, 'put into her mouth');
  const refused = await first(atB, ({ change }) => change?.status === 'refused');
  expect(refused).toMatchObject({ content: 'better', change: { refusal: { code: expect.any(String) as string } } });
  expect(atB.discard(refused.change!.id)).toBe('put into her mouth');
  expect(atB.timeline.current.messages[0]?.change).toBeNull();
});

test('deleting leaves its number and nothing of what it said', async () => {
  atA.delete(1);
  expect(atA.timeline.current.messages[0]).toMatchObject({ content: '', deleted: true });
  expect(await first(atB, ({ deleted }) => deleted)).toMatchObject({ content: '', reactions: [], seq: 1 });
  await until(a.unsentCount, (count) => count === 0);
});

test('an edit made without a network holds over what another device has made of it meanwhile, which its history keeps', async () => {
  const page = new FakePage();
  const train = await world.chat({ ...alice, supabase: await world.signIn(alice.email) }, { surroundings: page.surroundings() });
  const onTrain = train.openConversation(atA.id);
  await until(onTrain.timeline, ({ messages }) => messages.length === 4);
  page.goOnline(false);
  onTrain.edit(2, 'from the train');
  onTrain.edit(3, 'from the train, too late');
  atA.edit(2, 'from the desk');
  atA.delete(3);
  await until(atB.timeline, ({ messages }) => messages[1]!.content === 'from the desk' && messages[2]!.deleted);
  page.goOnline(true);
  for (const view of [atA, atB, onTrain]) await until(view.timeline, ({ messages }) => messages[1]!.content === 'from the train');
  const { rows } = await world.sql.query(
    'select content from public.message_edits where conversation_id = $1 and seq = 2 order by version',
    [atA.id]
  );
  expect(rows).toEqual([{ content: 'second' }, { content: 'from the desk' }]);
  // What was deleted meanwhile stays so; what was to be said is not lost.
  const { messages } = await until(onTrain.timeline, (timeline) => timeline.messages[2]!.change?.status === 'refused');
  expect(messages[2]).toMatchObject({ deleted: true, content: '', change: { refusal: { code: 'message_deleted' } } });
  expect(onTrain.discard(messages[2]!.change!.id)).toBe('from the train, too late');
  await train.stop();
});
