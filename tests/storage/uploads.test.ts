import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePrivateFolders, type Person, refusal, type StorageStack, startStorageStack } from './stack.ts';

let stack: StorageStack;
let alice: Person;

const own = (name: string) => `${alice.id}/${name}`;
const files = () => alice.client.storage.from('papers');

beforeAll(async () => {
  stack = await startStorageStack({ fileSizeLimit: 30 * 1024 * 1024 });
  await makePrivateFolders(stack, 'papers');
  alice = await stack.person();
  const limits = { public: true, fileSizeLimit: 1000, allowedMimeTypes: ['image/*', 'text/csv'] };
  await stack.service.storage.createBucket('small', limits);
});
afterAll(() => stack?.stop());

describe('a body', () => {
  test('may be a Blob, with its type, its cache time and what the sender notes', async () => {
    const blob = new Blob(['{"a":1}'], { type: 'application/json' });
    const { error } = await files().upload(own('a.json'), blob, { cacheControl: '60', metadata: { title: 'Grüße ✓' } });
    expect(error).toBeNull();
    expect((await files().info(own('a.json'))).data).toMatchObject({
      name: own('a.json'),
      size: 7,
      contentType: 'application/json',
      cacheControl: 'max-age=60',
      etag: `"${createHash('md5').update('{"a":1}').digest('hex')}"`,
      metadata: { title: 'Grüße ✓' }
    });
  });

  test('may be a form in which the fields follow the file', async () => {
    const form = new FormData();
    form.append('', new File(['abc'], 'x.txt', { type: 'text/plain' }));
    form.append('cacheControl', '5');
    form.append('metadata', '{"late":true}');
    const response = await fetch(`${stack.url}/storage/v1/object/papers/${own('late.txt')}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${alice.token}` },
      body: form
    });
    expect(response.status).toBe(200);
    expect((await files().info(own('late.txt'))).data).toMatchObject({ cacheControl: 'max-age=5', metadata: { late: true } });
  });

  test('may be bytes, a stream, and JSON that is kept as it is', async () => {
    await files().upload(own('bytes'), new Uint8Array([0, 255, 1]), { contentType: 'application/x-thing', metadata: { n: 1 } });
    expect(new Uint8Array(await (await files().download(own('bytes'))).data!.arrayBuffer())).toEqual(new Uint8Array([0, 255, 1]));
    expect((await files().info(own('bytes'))).data).toMatchObject({ contentType: 'application/x-thing', metadata: { n: 1 } });
    await files().upload(own('stream'), new Blob(['streamed']).stream(), { contentType: 'application/json' });
    expect(await (await files().download(own('stream'))).data!.text()).toBe('streamed');
    await files().upload(own('doc.json'), '{ "spaces":  true }', { contentType: 'application/json' });
    expect(await (await files().download(own('doc.json'))).data!.text()).toBe('{ "spaces":  true }');
  });

  test('may be empty', async () => {
    expect((await files().upload(own('empty-bytes'), new Uint8Array())).error).toBeNull();
    expect((await files().upload(own('empty-blob'), new Blob([]))).error).toBeNull();
    for (const name of ['empty-bytes', 'empty-blob']) {
      const { data } = await files().download(own(name));
      expect(data!.size).toBe(0);
    }
  });

  test('may have 20 MB, and comes back byte by byte', async () => {
    const bytes = randomBytes(20 * 1024 * 1024);
    expect((await files().upload(own('large'), new Blob([bytes]))).error).toBeNull();
    const { data } = await files().download(own('large'));
    const hash = (value: Uint8Array) => createHash('sha256').update(value).digest('hex');
    expect(hash(new Uint8Array(await data!.arrayBuffer()))).toBe(hash(bytes));
  });

  test('must be there', async () => {
    const response = await fetch(`${stack.url}/storage/v1/object/papers/${own('none')}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${alice.token}`, 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x--\r\n'
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ statusCode: '400', code: 'InvalidRequest' });
  });
});

describe('a limit', () => {
  const small = () => stack.service.storage.from('small');
  const image = (size: number) => new Blob([new Uint8Array(size)], { type: 'image/png' });
  const TOO_LARGE = { statusCode: '413', code: 'EntityTooLarge', message: 'The object exceeded the maximum allowed size' };

  test('of the bucket holds to the byte, for forms and for bytes', async () => {
    expect((await small().upload('exact.png', image(1000))).error).toBeNull();
    expect(await refusal(small().upload('over.png', image(1001)))).toMatchObject(TOO_LARGE);
    const bytes = (size: number) => new Uint8Array(size);
    const type = { contentType: 'image/png' };
    expect((await small().upload('exact-bytes.png', bytes(1000), type)).error).toBeNull();
    expect(await refusal(small().upload('over-bytes.png', bytes(1001), type))).toMatchObject(TOO_LARGE);
    expect(await refusal(small().upload('over-stream.png', image(1001).stream(), type))).toMatchObject(TOO_LARGE);
    expect((await small().list()).data?.map(({ name }) => name)).toEqual(['exact-bytes.png', 'exact.png']);
  });

  test('of the project holds everywhere', async () => {
    expect(await refusal(files().upload(own('huge'), new Uint8Array(30 * 1024 * 1024 + 1)))).toMatchObject(TOO_LARGE);
    expect(await refusal(files().upload(own('huge'), new Blob([new Uint8Array(30 * 1024 * 1024 + 1)])))).toMatchObject(TOO_LARGE);
  });

  test.each([
    ['image/webp', true],
    ['text/csv', true],
    ['text/html', false],
    ['imagery/png', false]
  ])('of types: %s', async (contentType, allowed) => {
    const call = small().upload(`type-${contentType.replace('/', '-')}`, new Uint8Array(1), { contentType });
    if (allowed) expect((await call).error).toBeNull();
    else expect(await refusal(call)).toMatchObject({ statusCode: '415', message: `mime type ${contentType} is not supported` });
  });

  test('of types needs a type', async () => {
    expect(await refusal(small().upload('typeless', new Uint8Array(1), { contentType: 'nonsense' }))).toMatchObject({
      statusCode: '415',
      message: 'Invalid Content-Type header'
    });
  });

  test('needs a bucket', async () => {
    expect(await refusal(alice.client.storage.from('nowhere').upload('x', 'x'))).toMatchObject({
      statusCode: '404',
      code: 'NoSuchBucket'
    });
  });
});
