import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signDownload } from '../../supabase/embedded/storage/tokens.ts';
import { JWT_SECRET, makePrivateFolders, type Person, refusal, type StorageStack, startStorageStack } from './stack.ts';

let stack: StorageStack;
let alice: Person;

const files = () => alice.client.storage.from('papers');
const own = (name: string) => `${alice.id}/${name}`;

beforeAll(async () => {
  stack = await startStorageStack();
  await makePrivateFolders(stack, 'papers');
  alice = await stack.person();
  await files().upload(own('a b.txt'), 'signed');
  await files().upload(own('other.txt'), 'other');
});
afterAll(() => stack?.stop());

const signed = async (name: string, seconds = 60) => (await files().createSignedUrl(own(name), seconds)).data!.signedUrl;

async function rejected(url: string | URL): Promise<unknown> {
  const response = await fetch(url);
  expect(response.status).toBe(400);
  return response.json();
}

describe('a signed URL', () => {
  test('is redeemed without a key, in parts too', async () => {
    const url = await signed('a b.txt');
    const response = await fetch(url);
    expect(await response.text()).toBe('signed');
    expect(Date.parse(response.headers.get('expires')!)).toBeGreaterThan(Date.now());
    expect(await (await fetch(url, { headers: { range: 'bytes=0-2' } })).text()).toBe('sig');
  });

  test('can ask for saving', async () => {
    const { data } = await files().createSignedUrl(own('a b.txt'), 60, { download: 'x.txt' });
    expect((await fetch(data!.signedUrl)).headers.get('content-disposition')).toContain('filename=x.txt');
  });

  test('comes in lots, with what is missing marked', async () => {
    const { data } = await files().createSignedUrls([own('a b.txt'), own('missing.txt')], 60);
    expect(await (await fetch(data![0]!.signedUrl!)).text()).toBe('signed');
    expect(data![1]).toMatchObject({ path: own('missing.txt'), signedUrl: null });
  });

  test('is good for its object only', async () => {
    const url = (await signed('a b.txt')).replace('a%20b.txt', 'other.txt');
    expect(await rejected(url)).toMatchObject({ statusCode: '400', code: 'InvalidSignature' });
  });

  test('is good unchanged only', async () => {
    const url = new URL(await signed('a b.txt'));
    const [head, , signature] = url.searchParams.get('token')!.split('.');
    const claims = btoa(JSON.stringify({ url: `papers/${own('other.txt')}`, scope: 'download', exp: 9_999_999_999 }));
    url.searchParams.set('token', `${head}.${claims.replace(/=+$/, '')}.${signature}`);
    expect(await rejected(url)).toMatchObject({ code: 'InvalidJWT', message: 'signature verification failed' });
    url.searchParams.set('token', 'nonsense');
    expect(await rejected(url)).toMatchObject({ code: 'InvalidJWT' });
    url.searchParams.delete('token');
    expect(await rejected(url)).toMatchObject({ code: 'InvalidRequest' });
  });

  test('expires', async () => {
    const token = await signDownload(new TextEncoder().encode(JWT_SECRET), `papers/${own('a b.txt')}`, -1);
    const url = `${stack.url}/storage/v1/object/sign/papers/${own('a b.txt')}?token=${token}`;
    expect(await rejected(url)).toMatchObject({ code: 'InvalidJWT', message: '"exp" claim timestamp check failed' });
  });

  test('is no key, and a key is no signed URL', async () => {
    const token = new URL(await signed('a b.txt')).searchParams.get('token')!;
    const response = await fetch(`${stack.url}/storage/v1/object/authenticated/papers/${own('other.txt')}`, {
      headers: { authorization: `Bearer ${token}` }
    });
    expect(response.status).toBe(400);
    expect(await rejected(`${stack.url}/storage/v1/object/sign/papers/${own('other.txt')}?token=${alice.token}`)).toMatchObject({
      statusCode: '400'
    });
  });

  test.each([0, -1, 1.5, 2 ** 40])('is not made for %d seconds', async (seconds) => {
    expect(await refusal(files().createSignedUrl(own('a b.txt'), seconds))).toMatchObject({ statusCode: '400' });
  });
});

describe('a URL for uploading', () => {
  test('takes a file without a key, in the name of who made it', async () => {
    const { data } = await files().createSignedUploadUrl(own('up.txt'));
    expect(data).toMatchObject({ path: own('up.txt') });
    const result = await stack.anon.storage.from('papers').uploadToSignedUrl(data!.path, data!.token, new Blob(['up']));
    expect(result.data).toMatchObject({ path: own('up.txt'), fullPath: `papers/${own('up.txt')}` });
    expect(await (await files().download(own('up.txt'))).data?.text()).toBe('up');
    const { rows } = await stack.admin.query('select owner_id from storage.objects where name = $1', [own('up.txt')]);
    expect(rows).toEqual([{ owner_id: alice.id }]);
  });

  test('replaces only when it was made so', async () => {
    await files().upload(own('there.txt'), 'first');
    expect(await refusal(files().createSignedUploadUrl(own('there.txt')))).toMatchObject({ statusCode: '409' });
    const plain = await files().createSignedUploadUrl(own('soon.txt'));
    await files().upload(own('soon.txt'), 'first');
    const { storage } = stack.anon;
    expect(
      await refusal(storage.from('papers').uploadToSignedUrl(own('soon.txt'), plain.data!.token, 'x', { upsert: true }))
    ).toMatchObject({ statusCode: '409' });
    const replacing = await files().createSignedUploadUrl(own('there.txt'), { upsert: true });
    expect((await storage.from('papers').uploadToSignedUrl(own('there.txt'), replacing.data!.token, 'second')).error).toBeNull();
    expect(await (await files().download(own('there.txt'))).data?.text()).toBe('second');
  });

  test('is good for its object and for uploading only', async () => {
    const { data } = await files().createSignedUploadUrl(own('mine.txt'));
    const { storage } = stack.anon;
    expect(await refusal(storage.from('papers').uploadToSignedUrl('elsewhere.txt', data!.token, 'x'))).toMatchObject({
      code: 'InvalidSignature'
    });
    const download = `${stack.url}/storage/v1/object/sign/papers/${own('mine.txt')}?token=${data!.token}`;
    expect(await rejected(download)).toMatchObject({ message: 'Token is not scoped for download' });
    const token = new URL(await signed('a b.txt')).searchParams.get('token')!;
    expect(await refusal(storage.from('papers').uploadToSignedUrl(own('a b.txt'), token, 'x'))).toMatchObject({
      message: 'Token is not scoped for upload'
    });
  });
});
