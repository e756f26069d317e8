import { expect, test } from 'vitest';
import { keepShared, sharedText, takeShared } from '#lib/share/shared.ts';

function form(fields: Record<string, string>, ...files: File[]): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  for (const file of files) made.append('files', file);
  return made;
}

/** The browser's cache storage, as far as it is used here. */
function storage(): CacheStorage {
  const all = new Map<string, Map<string, Response>>();
  const open = async (name: string) => {
    const cache = all.get(name) ?? new Map<string, Response>();
    all.set(name, cache);
    return {
      put: async (key: string, response: Response) => void cache.set(key, response),
      match: async (key: string) => cache.get(key)?.clone()
    };
  };
  return { open, delete: async (name: string) => all.delete(name) } as unknown as CacheStorage;
}

test.each([
  [{ title: 'A page', text: 'Look', url: 'https://example.org/a' }, 'A page\nLook\nhttps://example.org/a'],
  [{ title: 'A page', text: 'A page https://example.org/a', url: 'https://example.org/a' }, 'A page https://example.org/a'],
  [{ title: 'Same', text: 'Same', url: ' ' }, 'Same'],
  [{}, '']
])('%j says %j', (fields, text) => {
  expect(sharedText(form(fields))).toBe(text);
});

test('what is shared is there once, with its files', async () => {
  const caches = storage();
  const files = [new File(['one'], 'ä one.txt', { type: 'text/plain' }), new File(['two'], 'two.png', { type: 'image/png' })];
  await keepShared(form({ text: 'Look' }, ...files), caches);
  const shared = await takeShared(caches);
  expect(shared?.text).toBe('Look');
  expect(shared?.files.map(({ name, type }) => [name, type])).toEqual([
    ['ä one.txt', 'text/plain'],
    ['two.png', 'image/png']
  ]);
  expect(await shared?.files[1]?.text()).toBe('two');
  expect(await takeShared(caches)).toBeNull();
});

test('what was shared before and not taken gives way', async () => {
  const caches = storage();
  await keepShared(form({ text: 'Before' }, new File(['one'], 'one.txt')), caches);
  await keepShared(form({ text: 'Now' }), caches);
  expect(await takeShared(caches)).toEqual({ text: 'Now', files: [] });
});

test('nothing was shared', async () => {
  expect(await takeShared(storage())).toBeNull();
});
