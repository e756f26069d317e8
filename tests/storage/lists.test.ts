import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StorageStack, startStorageStack, token } from './stack.ts';

const NAMES = ['B.txt', 'a.txt', 'a/1.txt', 'a/2.txt', 'a/deep/x.txt', 'b/1.txt', 'c.txt'];

let stack: StorageStack;
const files = () => stack.service.storage.from('tree');

beforeAll(async () => {
  stack = await startStorageStack();
  await stack.service.storage.createBucket('tree');
  // One after the other, so that times tell them apart: the order of creation is the reverse of the order of names.
  for (const name of [...NAMES].reverse()) expect((await files().upload(name, name)).error).toBeNull();
});
afterAll(() => stack?.stop());

const names = async (...args: Parameters<ReturnType<typeof files>['list']>) =>
  (await files().list(...args)).data?.map(({ name, id }) => (id ? name : `${name}/`));

describe('a folder', () => {
  test('lists files and folders by name, and the folder as a name without an id', async () => {
    expect(await names()).toEqual(['a/', 'a.txt', 'b/', 'B.txt', 'c.txt']);
    const { data } = await files().list('a');
    expect(data?.[0]).toMatchObject({ name: '1.txt', metadata: { size: 7, mimetype: 'text/plain;charset=UTF-8' } });
    expect(data?.[2]).toEqual({
      name: 'deep',
      id: null,
      created_at: null,
      updated_at: null,
      last_accessed_at: null,
      metadata: null
    });
  });

  test('in pages, backwards, and by time', async () => {
    expect(await names('', { limit: 2, offset: 1 })).toEqual(['a.txt', 'b/']);
    expect(await names('', { sortBy: { column: 'name', order: 'desc' } })).toEqual(['c.txt', 'B.txt', 'b/', 'a.txt', 'a/']);
    expect(await names('', { sortBy: { column: 'created_at', order: 'desc' } })).toEqual(['b/', 'a/', 'B.txt', 'a.txt', 'c.txt']);
  });

  test('by what its entries begin with, whatever the case', async () => {
    expect(await names('', { search: 'b' })).toEqual(['b/', 'B.txt']);
    expect(await names('a/', { search: 'DE' })).toEqual(['deep/']);
    expect(await names('', { search: '%' })).toEqual([]);
  });

  test('that is not there is empty', async () => {
    expect(await names('nowhere')).toEqual([]);
    expect((await stack.service.storage.from('nobucket').list()).data).toEqual([]);
  });
});

describe('by cursor', () => {
  async function all(options: NonNullable<Parameters<ReturnType<typeof files>['listV2']>[0]>): Promise<string[]> {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const { data, error } = await files().listV2({ ...options, ...(cursor && { cursor }) });
      if (error) throw error;
      found.push(...data.folders.map(({ name }) => name), ...data.objects.map(({ name }) => name));
      cursor = data.hasNext ? data.nextCursor : undefined;
    } while (cursor);
    return found;
  }

  test('everything, in pages of two, each once', async () => {
    expect(await all({ limit: 2 })).toEqual(NAMES);
    expect(await all({ limit: 2, sortBy: { column: 'name', order: 'desc' } })).toEqual([...NAMES].reverse());
    expect(await all({ limit: 2, sortBy: { column: 'created_at', order: 'asc' } })).toEqual([...NAMES].reverse());
    expect(await all({ limit: 3, sortBy: { column: 'created_at', order: 'desc' } })).toEqual(NAMES);
  });

  test('one level, with folders apart', async () => {
    const { data } = await files().listV2({ with_delimiter: true });
    expect(data).toMatchObject({ hasNext: false });
    expect(data?.folders.map(({ name, key }) => [name, key])).toEqual([
      ['a/', 'a'],
      ['b/', 'b']
    ]);
    expect(data?.objects.map(({ name }) => name)).toEqual(['B.txt', 'a.txt', 'c.txt']);
    expect(await all({ prefix: 'a/', with_delimiter: true, limit: 1 })).toEqual(['a/1.txt', 'a/2.txt', 'a/deep/']);
    const sorted = { prefix: '', with_delimiter: true, sortBy: { column: 'created_at', order: 'desc' } } as const;
    for (const limit of [1, 2, 100]) {
      expect((await all({ ...sorted, limit })).sort()).toEqual(['B.txt', 'a.txt', 'a/', 'b/', 'c.txt']);
    }
  });

  test('refuses a cursor that it did not give', async () => {
    for (const cursor of ['nonsense', Buffer.from('{"after":1}').toString('base64url')]) {
      expect((await files().listV2({ cursor })).error).toMatchObject({ statusCode: '400', code: 'InvalidParameter' });
    }
  });
});

test.each([
  {},
  { prefix: 1 },
  { prefix: '', limit: 0 },
  { prefix: '', limit: 'many' },
  { prefix: '', sortBy: { column: 'secret' } },
  '[',
  'null'
])('the body %j is refused', async (body) => {
  const response = await fetch(`${stack.url}/storage/v1/object/list/tree`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token({ role: 'service_role' })}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body)
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ statusCode: '400' });
});
