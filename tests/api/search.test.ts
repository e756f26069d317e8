/** Finding what was said, against the real stack. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { marked, MessageSearch } from '../../web/lib/api/search.ts';
import { World, type Someone } from '../client/support/people.ts';

let world: World;
let alice: Someone;
let bob: Someone;
let group: string;
let pair: string;
let search: MessageSearch;

const idOf = ({ data }: { data: unknown }) => (data as { id: string }[])[0]!.id;

beforeAll(async () => {
  world = new World();
  [alice, bob] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
  group = idOf(await alice.supabase.rpc('create_group', { title: 'Harbour', member_ids: [bob.id] }));
  pair = idOf(await alice.supabase.rpc('start_direct_conversation', { user_id: bob.id }));
  await world.write(alice, group, [
    'the pumpkin soup & "salt" < pepper',
    'leek tart',
    ...Array.from({ length: 25 }, (_, n) => `crumble ${n}`)
  ]);
  await world.write(bob, pair, ['another pumpkin']);
  search = new MessageSearch(alice.supabase);
});
afterAll(() => world.stop());

test('the marks of an excerpt become stretches, and markup stays text', () => {
  expect(marked('a \u0002b\u0003 c')).toEqual([
    { text: 'a ', found: false },
    { text: 'b', found: true },
    { text: ' c', found: false }
  ]);
  expect(marked('\u0002b\u0003\u0002c\u0003')).toEqual([
    { text: 'b', found: true },
    { text: 'c', found: true }
  ]);
  expect(marked('')).toEqual([]);
});

test('finds in all conversations, by the beginning of a word, and says what was found', async () => {
  const { found, hasMore } = await search.find({ text: 'pump', newestFirst: true });
  expect(hasMore).toBe(false);
  expect(found.map(({ conversationId, senderId }) => [conversationId, senderId])).toEqual([
    [pair, bob.id],
    [group, alice.id]
  ]);
  expect(found[1]!.excerpt).toContainEqual({ text: 'pumpkin', found: true });
  expect(found[1]!.excerpt.map(({ text }) => text).join('')).toBe('the pumpkin soup & "salt" < pepper');
});

test('by conversation, by sender and by time', async () => {
  expect((await search.find({ text: 'pumpkin', conversationId: group })).found).toHaveLength(1);
  expect((await search.find({ text: 'pumpkin', senderId: bob.id })).found).toMatchObject([{ conversationId: pair, seq: 1 }]);
  expect((await search.find({ text: 'pumpkin', after: new Date(Date.now() + 60_000) })).found).toEqual([]);
  expect((await search.find({ text: 'pumpkin', before: new Date(Date.now() + 60_000) })).found).toHaveLength(2);
  expect((await search.find({ text: 'pumpkin', withFiles: true })).found).toEqual([]);
});

test('the next page goes on where the last one ended', async () => {
  const first = await search.find({ text: 'crumble', newestFirst: true });
  expect(first.found).toHaveLength(20);
  expect(first.hasMore).toBe(true);
  const second = await search.find({ text: 'crumble', newestFirst: true }, first.found.at(-1)!.cursor);
  expect(second.found).toHaveLength(5);
  expect(second.hasMore).toBe(false);
  expect(new Set([...first.found, ...second.found].map(({ seq }) => seq)).size).toBe(25);
});

test('nothing to search for is refused', async () => {
  await expect(search.find({ text: '-' })).rejects.toMatchObject({ code: 'query_empty' });
});
