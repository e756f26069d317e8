import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Person, Refused, Unreachable } from '#lib/chat/index.ts';
import { PeopleSearch } from '#lib/state/people-search.svelte.ts';
import { person } from './fake-chat.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ada = person('1', 'Ada Lovelace');
const adam = person('2', 'Adam Smith');

test('asks once typing pauses, without the @, and not for a single letter', async () => {
  const find = vi.fn(async () => [ada]);
  const search = new PeopleSearch(find);
  search.query = '@a';
  expect(search.status).toBe('idle');
  search.query = '@ad';
  search.query = '@ada';
  expect(search.status).toBe('searching');
  await vi.runAllTimersAsync();
  expect(find).toHaveBeenCalledExactlyOnceWith('ada');
  expect(search.people).toEqual([ada]);
  expect(search.status).toBe('done');
});

test('a late answer to an older question is not shown', async () => {
  const answers = new Map<string, (people: Person[]) => void>();
  const search = new PeopleSearch((query) => new Promise((resolve) => answers.set(query, resolve)));
  search.query = 'ada';
  await vi.runAllTimersAsync();
  search.query = 'adam';
  await vi.runAllTimersAsync();
  answers.get('adam')!([adam]);
  await vi.runAllTimersAsync();
  answers.get('ada')!([ada, adam]);
  await vi.runAllTimersAsync();
  expect(search.people).toEqual([adam]);
});

test('a refusal finds nobody; without a network it says so', async () => {
  let error: Error = new Refused('query_too_short', '', 400);
  const search = new PeopleSearch(async () => {
    throw error;
  });
  search.query = 'ada';
  await vi.runAllTimersAsync();
  expect(search.status).toBe('done');
  error = new Unreachable('');
  search.query = 'adam';
  await vi.runAllTimersAsync();
  expect(search.status).toBe('failed');
});
