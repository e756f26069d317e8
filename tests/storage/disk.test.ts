import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePrivateFolders, type Person, refusal, type StorageStack, startStorageStack } from './stack.ts';

let stack: StorageStack;
let alice: Person;

const own = (name: string) => `${alice.id}/${name}`;
const files = () => alice.client.storage.from('papers');

/** Names of all files on the disk: `incoming/…` before they have a row. */
async function onDisk(): Promise<string[]> {
  const entries = await readdir(stack.directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

beforeAll(async () => {
  stack = await startStorageStack();
  await makePrivateFolders(stack, 'papers');
  alice = await stack.person();
});
afterAll(() => stack?.stop());

describe('the disk', () => {
  test('knows no names', async () => {
    await files().upload(own('secret-name.txt'), 'x');
    const names = await onDisk();
    expect(names.filter((name) => name.includes('secret'))).toEqual([]);
    expect(names.every((name) => /\/[0-9a-f]{2}\/[0-9a-f-]{36}$/.test(name))).toBe(true);
  });

  test('holds one file for each object, whatever was refused, replaced or removed', async () => {
    await files().upload(own('one'), 'first');
    await files().upload(own('one'), 'second', { upsert: true });
    await files().copy(own('one'), own('two'));
    await files().move(own('two'), own('three'));
    await refusal(files().upload(own('one'), 'no'));
    await refusal(files().upload('foreign/one', 'no'));
    await files().remove([own('one')]);
    const { rows } = await stack.admin.query<{ version: string }>('select version from storage.objects order by version');
    const names = (await onDisk()).map((name) => path.basename(name)).sort();
    expect(names).toEqual(rows.map(({ version }) => version));
    expect(await (await files().download(own('three'))).data?.text()).toBe('second');
  });

  test.each([
    ['bytes', { 'content-type': 'application/octet-stream' }, ''],
    [
      'a form',
      { 'content-type': 'multipart/form-data; boundary=x' },
      '--x\r\ncontent-disposition: form-data; name=""; filename="a"\r\ncontent-type: text/plain\r\n\r\n'
    ]
  ])('keeps nothing of an upload of %s that breaks off', async (_, type, head) => {
    const before = await onDisk();
    const { hostname, port } = new URL(stack.url);
    const headers = { authorization: `Bearer ${alice.token}`, 'content-length': 500_000, ...type };
    const sent = request({ hostname, port, method: 'POST', path: `/storage/v1/object/papers/${own('broken')}`, headers });
    sent.on('error', () => undefined);
    await new Promise<void>((resolve) => sent.write(head + 'x'.repeat(1000), () => resolve()));
    await until(async () => (await onDisk()).length === before.length + 1);
    sent.destroy();
    await until(async () => (await onDisk()).length === before.length);
    expect((await files().exists(own('broken'))).data).toBe(false);
  });

  test('is swept of files without a row at the next start, and of no others', async () => {
    await files().upload(own('kept'), 'kept');
    await files().upload(own('orphan'), 'orphan');
    const before = await onDisk();
    await stack.admin.query(
      `begin; set local storage.allow_delete_query = 'true'; delete from storage.objects where name = '${own('orphan')}'; commit`
    );
    await stack.restart();
    await until(async () => (await onDisk()).length === before.length - 1);
    expect(await (await files().download(own('kept'))).data?.text()).toBe('kept');
  });

  async function until(condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 5_000;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error('it did not come to that');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
});

test('of twenty who upload to one name at once, one wins, and all the others are told', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, (_, n) => files().upload(own('race'), `writer ${n}`)));
  const winners = results.flatMap(({ error }, n) => (error ? [] : [n]));
  expect(winners).toHaveLength(1);
  expect(await (await files().download(own('race'))).data?.text()).toBe(`writer ${winners[0]}`);
});

test('of twenty who replace one object at once, each succeeds, and one whole file remains', async () => {
  const bodies = Array.from({ length: 20 }, (_, n) => `${n}`.repeat(50_000));
  const results = await Promise.all(bodies.map((body) => files().upload(own('upserts'), body, { upsert: true })));
  expect(results.filter(({ error }) => error)).toEqual([]);
  expect(bodies).toContain(await (await files().download(own('upserts'))).data?.text());
  const { rows } = await stack.admin.query<{ version: string }>('select version from storage.objects order by version');
  expect((await onDisk()).map((name) => path.basename(name)).sort()).toEqual(rows.map(({ version }) => version));
});
