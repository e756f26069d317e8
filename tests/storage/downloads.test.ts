import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePrivateFolders, type Person, type StorageStack, startStorageStack } from './stack.ts';

const TEXT = 'abcdefghijklmnopqrstuvwxyz';

let stack: StorageStack;
let alice: Person;
let url: string;

const get = (headers: Record<string, string> = {}, query = '') =>
  fetch(`${url}${query}`, { headers: { authorization: `Bearer ${alice.token}`, ...headers } });

beforeAll(async () => {
  stack = await startStorageStack();
  await makePrivateFolders(stack, 'papers');
  alice = await stack.person();
  await alice.client.storage.from('papers').upload(`${alice.id}/abc.txt`, TEXT, { contentType: 'text/plain' });
  url = `${stack.url}/storage/v1/object/authenticated/papers/${alice.id}/abc.txt`;
  await stack.service.storage.createBucket('open', { public: true });
  await stack.service.storage.from('open').upload('page.html', '<script>1</script>', { contentType: 'text/html' });
});
afterAll(() => stack?.stop());

test('a download has its type, size, time and tag', async () => {
  const response = await get();
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(TEXT);
  const { headers } = response;
  expect(headers.get('content-type')).toBe('text/plain');
  expect(headers.get('content-length')).toBe('26');
  expect(headers.get('accept-ranges')).toBe('bytes');
  expect(headers.get('cache-control')).toBe('max-age=3600');
  expect(headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
  expect(Date.parse(headers.get('last-modified')!)).toBeGreaterThan(Date.now() - 60_000);
});

describe('a range', () => {
  test.each([
    ['bytes=0-2', 'abc', 'bytes 0-2/26'],
    ['bytes=23-', 'xyz', 'bytes 23-25/26'],
    ['bytes=-2', 'yz', 'bytes 24-25/26'],
    ['bytes=20-999', 'uvwxyz', 'bytes 20-25/26']
  ])('%s gives %s', async (range, text, contentRange) => {
    const response = await get({ range });
    expect(response.status).toBe(206);
    expect(await response.text()).toBe(text);
    expect(response.headers.get('content-range')).toBe(contentRange);
    expect(response.headers.get('content-length')).toBe(String(text.length));
  });

  test('beyond the end is refused', async () => {
    const response = await get({ range: 'bytes=26-' });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */26');
    expect(await response.json()).toMatchObject({ code: 'InvalidRange' });
  });

  test('counts only for the very bytes that the client began with', async () => {
    const etag = (await get()).headers.get('etag')!;
    expect((await get({ range: 'bytes=0-2', 'if-range': etag })).status).toBe(206);
    expect((await get({ range: 'bytes=0-2', 'if-range': '"other"' })).status).toBe(200);
  });
});

describe('what the client has already', () => {
  test('is not sent again', async () => {
    const { headers } = await get();
    const etag = headers.get('etag')!;
    for (const condition of [
      { 'if-none-match': etag },
      { 'if-none-match': `"x", W/${etag}` },
      { 'if-modified-since': headers.get('last-modified')! }
    ]) {
      const response = await get(condition as unknown as Record<string, string>);
      expect(response.status).toBe(304);
      expect(await response.text()).toBe('');
      expect(response.headers.get('etag')).toBe(etag);
    }
  });

  test('is sent again when it is another', async () => {
    expect((await get({ 'if-none-match': '"x"' })).status).toBe(200);
    expect((await get({ 'if-none-match': '"x"', 'if-modified-since': new Date().toUTCString() })).status).toBe(200);
    expect((await get({ 'if-modified-since': new Date(0).toUTCString() })).status).toBe(200);
  });
});

test('it can be saved under a name of any script', async () => {
  const named = (await get({}, `?download=${encodeURIComponent('Grüße "1".txt')}`)).headers.get('content-disposition');
  expect(named).toBe("attachment; filename=Gr%C3%BC%C3%9Fe%20%221%22.txt; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%221%22.txt");
  expect((await get({}, '?download=')).headers.get('content-disposition')).toBe('attachment;');
});

test('HEAD tells the same without the bytes', async () => {
  const response = await fetch(url, { method: 'HEAD', headers: { authorization: `Bearer ${alice.token}` } });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe('26');
  expect(response.headers.get('etag')).toBe((await get()).headers.get('etag'));
  const missing = await fetch(`${url}.missing`, { method: 'HEAD', headers: { authorization: `Bearer ${alice.token}` } });
  expect(missing.status).toBe(400);
});

test('a public bucket needs no key, and gives no live pages', async () => {
  const { data } = stack.anon.storage.from('open').getPublicUrl('page.html');
  const response = await fetch(data.publicUrl);
  expect(await response.text()).toBe('<script>1</script>');
  expect(response.headers.get('content-type')).toBe('text/plain');
  expect((await fetch(`${stack.url}/storage/v1/object/open/page.html`)).status).toBe(200);
  expect((await fetch(`${stack.url}/storage/v1/object/info/public/open/page.html`)).status).toBe(200);
});

test('a private bucket has no public URLs', async () => {
  const { data } = alice.client.storage.from('papers').getPublicUrl(`${alice.id}/abc.txt`);
  const response = await fetch(data.publicUrl);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ statusCode: '404', error: 'Bucket not found' });
});

test('an image that is asked for in another size comes as it is', async () => {
  const transform = { width: 100, height: 100 };
  const scaled = stack.anon.storage.from('open').getPublicUrl('page.html', { transform });
  expect(await (await fetch(scaled.data.publicUrl)).text()).toBe('<script>1</script>');
  const { data } = await alice.client.storage.from('papers').download(`${alice.id}/abc.txt`, { transform });
  expect(await data?.text()).toBe(TEXT);
});

test('an unknown path is a 404 in the same shape', async () => {
  const response = await fetch(`${stack.url}/storage/v1/upload/resumable`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ statusCode: '404', error: 'Not Found' });
});
