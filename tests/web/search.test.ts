import { expect, test, vi } from 'vitest';
import type { Found, MessageSearch } from '#lib/api/search.ts';
import type { People } from '#lib/api/people.ts';
import { LiveValue } from '#lib/chat/live.ts';
import type { Messenger } from '#lib/state/messenger.svelte.ts';
import { Results } from '../../web/routes/(app)/search/results.svelte.ts';
import { searchHere } from '../../web/routes/(app)/search/search-here.ts';
import { addressOf, hasFilters, queryOf, readWish, withoutFilters } from '../../web/routes/(app)/search/search-address.ts';
import { person } from './fake-chat.ts';

const wishOf = (query: string) => readWish(new URLSearchParams(query));

test('a search is its address, there and back', () => {
  const address = '/search?q=two+words&in=c1&from=p1&after=2026-01-02&before=2026-02-03&has=file&order=newest';
  expect(addressOf(wishOf(address.slice('/search?'.length)))).toBe(address);
  expect(addressOf(wishOf(''))).toBe('/search');
});

test('days are of the reader’s calendar, and the last one is searched too', () => {
  expect(queryOf(wishOf('q=x&after=2026-01-31&before=2026-01-31'))).toMatchObject({
    after: new Date(2026, 0, 31),
    before: new Date(2026, 1, 1)
  });
  expect(queryOf(wishOf('q=x&after=yesterday'))).toMatchObject({ after: undefined, before: undefined });
});

test('nothing to search for is no search, but files alone are', () => {
  expect(queryOf(wishOf('q=+&in=c1'))).toBeNull();
  expect(queryOf(wishOf('has=file'))).toMatchObject({ text: '', withFiles: true });
});

test('filters are taken away and the words stay', () => {
  const wish = wishOf('q=x&in=c1&order=newest');
  expect(hasFilters(wish)).toBe(true);
  expect(withoutFilters(wish)).toEqual(wishOf('q=x'));
  expect(hasFilters(wishOf('q=x'))).toBe(false);
});

const ada = person('1', 'Ada');
const hit = (seq: number): Found => ({
  seq,
  conversationId: 'c1',
  senderId: ada.id,
  createdAt: new Date(0),
  threadSeq: null,
  files: [],
  excerpt: [],
  cursor: `after ${seq}`
});
const people = { byId: async () => new Map([[ada.id, ada]]) } as unknown as People;

test('pages follow each other by the cursor of the last', async () => {
  const find = vi.fn(async (_query: unknown, cursor: string | null) => ({
    found: cursor ? [hit(3)] : [hit(1), hit(2)],
    hasMore: cursor === null
  }));
  const results = new Results({ find } as unknown as MessageSearch, people, async () => []);
  results.ask({ text: 'x' });
  await vi.waitFor(() => expect(results.status).toBe('done'));
  expect(results.hasMore).toBe(true);
  await results.more();
  expect(results.found.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(find).toHaveBeenLastCalledWith({ text: 'x' }, 'after 2');
  expect(results.hasMore).toBe(false);
  expect(results.people[ada.id]).toBe(ada);
});

test('a late answer to an older search is not shown, and a failed page is asked for again', async () => {
  const answers: { resolve: (page: unknown) => void; reject: (error: Error) => void }[] = [];
  const find = () => new Promise((resolve, reject) => answers.push({ resolve, reject }));
  const results = new Results({ find } as unknown as MessageSearch, people, async () => []);
  results.ask({ text: 'old' });
  results.ask({ text: 'new' });
  answers[1]!.reject(new Error('no network'));
  await vi.waitFor(() => expect(results.status).toBe('failed'));
  answers[0]!.resolve({ found: [hit(9)], hasMore: true });
  const again = results.more();
  answers[2]!.resolve({ found: [hit(1)], hasMore: false });
  await again;
  expect(results.found.map(({ seq }) => seq)).toEqual([1]);
  results.ask(null);
  expect([results.found, results.status]).toEqual([[], 'idle']);
});

test('what this device has found stands among the rest: before what is best, or by its time', async () => {
  const at = (seq: number) => ({ ...hit(seq), createdAt: new Date(seq) });
  const find = async () => ({ found: [at(3), at(1)], hasMore: false });
  const searchHere = vi.fn(async () => [at(2)]);
  const results = new Results({ find } as unknown as MessageSearch, people, searchHere);
  const shown = () => results.found.map(({ seq, isHere }) => [seq, isHere]);
  results.ask({ text: 'x' });
  await vi.waitFor(() =>
    expect(shown()).toEqual([
      [2, true],
      [3, false],
      [1, false]
    ])
  );
  results.ask({ text: 'x', newestFirst: true });
  await vi.waitFor(() =>
    expect(shown()).toEqual([
      [3, false],
      [2, true],
      [1, false]
    ])
  );
  searchHere.mockResolvedValue([at(2), at(0)]);
  await results.lookHere();
  expect(shown()).toHaveLength(4);
  searchHere.mockRejectedValue(new Error('No network.'));
  results.ask({ text: 'y' });
  await vi.waitFor(() =>
    expect(shown()).toEqual([
      [3, false],
      [1, false]
    ])
  );
});

test('a search from a link waits for the list: whether anything is encrypted is not known before', async () => {
  const conversations = new LiveValue({ items: [] as { isEncrypted: boolean }[], loaded: false });
  const find = vi.fn(async () => [{ seq: 1 }]);
  const chat = { conversations, encryption: async () => ({ search: async () => ({ find }) }) };
  const search = searchHere({ chat } as unknown as Messenger);
  const found = search({ text: 'x' });
  conversations.set({ items: [{ isEncrypted: true }], loaded: false });
  expect(find).not.toHaveBeenCalled();
  conversations.set({ items: [{ isEncrypted: true }], loaded: true });
  expect(await found).toEqual([{ seq: 1 }]);
  conversations.set({ items: [{ isEncrypted: false }], loaded: true });
  expect(await search({ text: 'x' })).toEqual([]);
  expect(find).toHaveBeenCalledTimes(1);
});
