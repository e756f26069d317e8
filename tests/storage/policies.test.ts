/** Two people, each with a folder of her own, and somebody without an account. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makePrivateFolders, type Person, refusal, type StorageStack, startStorageStack, token } from './stack.ts';

const RLS = { statusCode: '403', code: 'AccessDenied', message: 'new row violates row-level security policy' };
const GONE = { statusCode: '404', code: 'NoSuchKey', message: 'Object not found' };

let stack: StorageStack;
let alice: Person;
let bob: Person;
let letter: string;

const files = ({ client }: Pick<Person, 'client'>) => client.storage.from('papers');

beforeAll(async () => {
  stack = await startStorageStack();
  await makePrivateFolders(stack, 'papers');
});
afterAll(() => stack?.stop());

beforeEach(async () => {
  [alice, bob] = await Promise.all([stack.person(), stack.person()]);
  letter = `${alice.id}/letter.txt`;
  expect((await files(alice).upload(letter, 'dear bob')).error).toBeNull();
});

describe('Alice, in her own folder', () => {
  test('uploads, and the row says so', async () => {
    const { data } = await files(alice).upload(`${alice.id}/new.txt`, 'x', { metadata: { from: 'Alíce' } });
    expect(data).toMatchObject({ path: `${alice.id}/new.txt`, fullPath: `papers/${alice.id}/new.txt` });
    const { rows } = await stack.admin.query('select * from storage.objects where id = $1', [data!.id]);
    expect(rows[0]).toMatchObject({
      bucket_id: 'papers',
      name: `${alice.id}/new.txt`,
      owner: alice.id,
      owner_id: alice.id,
      path_tokens: [alice.id, 'new.txt'],
      metadata: { size: 1, mimetype: 'text/plain;charset=UTF-8', cacheControl: 'max-age=3600' },
      user_metadata: { from: 'Alíce' }
    });
  });

  test('reads, lists, moves, copies and removes', async () => {
    expect(await (await files(alice).download(letter)).data?.text()).toBe('dear bob');
    expect((await files(alice).list(alice.id)).data?.map(({ name }) => name)).toEqual(['letter.txt']);
    expect((await files(alice).move(letter, `${alice.id}/moved.txt`)).error).toBeNull();
    expect((await files(alice).copy(`${alice.id}/moved.txt`, `${alice.id}/copy.txt`)).error).toBeNull();
    const { data } = await files(alice).remove([`${alice.id}/moved.txt`]);
    expect(data?.map(({ name }) => name)).toEqual([`${alice.id}/moved.txt`]);
    expect(await refusal(files(alice).download(`${alice.id}/moved.txt`))).toMatchObject(GONE);
    expect(await (await files(alice).download(`${alice.id}/copy.txt`)).data?.text()).toBe('dear bob');
  });

  test('does not overwrite unless she says so', async () => {
    expect(await refusal(files(alice).upload(letter, 'other'))).toMatchObject({
      statusCode: '409',
      code: 'ResourceAlreadyExists'
    });
    expect(await (await files(alice).download(letter)).data?.text()).toBe('dear bob');
    expect((await files(alice).upload(letter, 'second', { upsert: true })).error).toBeNull();
    expect(await (await files(alice).download(letter)).data?.text()).toBe('second');
    expect((await files(alice).update(letter, 'third')).error).toBeNull();
    expect(await (await files(alice).download(letter)).data?.text()).toBe('third');
  });
});

describe('Bob', () => {
  test('cannot write into her folder', async () => {
    expect(await refusal(files(bob).upload(`${alice.id}/planted.txt`, 'x'))).toMatchObject(RLS);
    expect(await refusal(files(bob).upload(letter, 'x', { upsert: true }))).toMatchObject(RLS);
    expect(await refusal(files(bob).update(letter, 'x'))).toMatchObject(RLS);
    const big = new Uint8Array(2 * 1024 * 1024);
    expect(await refusal(files(bob).upload(`${alice.id}/big.bin`, big))).toMatchObject(RLS);
    expect(await (await files(alice).download(letter)).data?.text()).toBe('dear bob');
  });

  test('cannot read, see or sign what is in it', async () => {
    expect(await refusal(files(bob).download(letter))).toMatchObject(GONE);
    expect(await refusal(files(bob).info(letter))).toMatchObject(GONE);
    expect((await files(bob).exists(letter)).data).toBe(false);
    expect((await files(bob).list(alice.id)).data).toEqual([]);
    expect((await files(bob).listV2({ prefix: alice.id })).data).toMatchObject({ objects: [], folders: [] });
    expect(await refusal(files(bob).createSignedUrl(letter, 60))).toMatchObject(GONE);
    const { data } = await files(bob).createSignedUrls([letter], 60);
    expect(data?.[0]).toMatchObject({
      path: letter,
      signedUrl: null,
      error: expect.stringContaining('does not exist') as string
    });
    expect(await refusal(files(bob).createSignedUploadUrl(`${alice.id}/planted.txt`))).toMatchObject(RLS);
  });

  test('cannot move, copy or remove it', async () => {
    expect(await refusal(files(bob).move(letter, `${bob.id}/stolen.txt`))).toMatchObject(GONE);
    expect(await refusal(files(bob).copy(letter, `${bob.id}/stolen.txt`))).toMatchObject(GONE);
    expect((await files(bob).remove([letter])).data).toEqual([]);
    expect(await (await files(alice).download(letter)).data?.text()).toBe('dear bob');
  });

  test('cannot be given, or have taken, by moving across folders', async () => {
    expect(await refusal(files(alice).move(letter, `${bob.id}/gift.txt`))).toMatchObject(RLS);
    expect(await refusal(files(alice).copy(letter, `${bob.id}/gift.txt`))).toMatchObject(RLS);
    expect((await files(bob).list(bob.id)).data).toEqual([]);
  });
});

describe('somebody without an account', () => {
  test('is refused everything', async () => {
    const anon = { client: stack.anon };
    expect(await refusal(files(anon).upload('anon/x.txt', 'x'))).toMatchObject(RLS);
    expect(await refusal(files(anon).download(letter))).toMatchObject(GONE);
    expect((await files(anon).list(alice.id)).data).toEqual([]);
    expect((await files(anon).remove([letter])).data).toEqual([]);
  });

  test('without a token is refused', async () => {
    const response = await fetch(`${stack.url}/storage/v1/object/list/papers`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ statusCode: '403', message: 'Invalid Compact JWS' });
    const download = await fetch(`${stack.url}/storage/v1/object/papers/${letter}`);
    expect(await download.json()).toMatchObject({ statusCode: '404', code: 'NoSuchBucket' });
  });

  test.each([
    ['expired', () => token({ sub: alice.id, role: 'authenticated' }, Math.floor(Date.now() / 1000) - 10), /exp/],
    ['forged', async () => `${alice.token.slice(0, -4)}AAAA`, /signature/],
    ['unsigned', async () => `${btoa('{"alg":"none"}')}.${alice.token.split('.')[1]}.`, /./]
  ])('with an %s token is refused', async (_, make, message) => {
    const response = await fetch(`${stack.url}/storage/v1/object/authenticated/papers/${letter}`, {
      headers: { authorization: `Bearer ${await make()}` }
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      statusCode: '403',
      error: 'Unauthorized',
      message: expect.stringMatching(message) as string
    });
  });
});

describe('with fewer policies', () => {
  beforeAll(async () => {
    const client = new pg.Client({ connectionString: stack.database.url('postgres') });
    await client.connect();
    await client.query(`
      insert into storage.buckets (id, name) values ('dropbox', 'dropbox'), ('archive', 'archive');
      create policy dropbox_insert on storage.objects for insert to authenticated with check (bucket_id = 'dropbox');
      create policy archive_insert on storage.objects for insert to authenticated with check (bucket_id = 'archive');
      create policy archive_select on storage.objects for select to authenticated using (bucket_id = 'archive');
    `);
    await client.end();
  });

  test('who may only insert can put something in, and not look at it', async () => {
    const dropbox = alice.client.storage.from('dropbox');
    expect((await dropbox.upload(`${alice.id}.txt`, 'x')).error).toBeNull();
    expect(await refusal(dropbox.download(`${alice.id}.txt`))).toMatchObject(GONE);
  });

  test('who may not update cannot overwrite by upsert', async () => {
    const archive = alice.client.storage.from('archive');
    expect((await archive.upload(`${alice.id}.txt`, 'first', { upsert: true })).error).toBeNull();
    expect(await refusal(archive.upload(`${alice.id}.txt`, 'second', { upsert: true }))).toMatchObject(RLS);
    expect(await refusal(archive.update(`${alice.id}.txt`, 'second'))).toMatchObject(RLS);
    expect(await (await archive.download(`${alice.id}.txt`)).data?.text()).toBe('first');
    expect((await archive.remove([`${alice.id}.txt`])).data).toEqual([]);
  });

  test('a policy can tell operations apart', async () => {
    const client = new pg.Client({ connectionString: stack.database.url('postgres') });
    await client.connect();
    await client.query(`
      insert into storage.buckets (id, name) values ('listed', 'listed');
      create policy listed_select on storage.objects for select to authenticated
        using (bucket_id = 'listed' and storage.allow_only_operation('storage.object.list'));
    `);
    await client.end();
    await stack.service.storage.from('listed').upload('a.txt', 'x');
    const listed = alice.client.storage.from('listed');
    expect((await listed.list()).data?.map(({ name }) => name)).toEqual(['a.txt']);
    expect(await refusal(listed.download('a.txt'))).toMatchObject(GONE);
  });
});
