import { createHash, randomBytes } from 'node:crypto';
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
  stack = await startStorageStack({ fileSizeLimit: 30 * 1024 * 1024 });
  await makePrivateFolders(stack, 'papers');
  alice = await stack.person();
  await stack.service.storage.createBucket('small', {
    public: true,
    fileSizeLimit: 1000,
    allowedMimeTypes: ['image/*', 'text/csv']
  });
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

describe('a name', () => {
  test.each(['ümläut.txt', '漢字', 'a\\b', 'a\nb', 'a%b', '<script>', 'a"b', 'tab\tbed', 'x~y', '[x]'])(
    '%j is refused, as on the platform',
    async (name) => {
      expect(await refusal(files().upload(encodeURIComponent(own(name)), 'x'))).toMatchObject({
        statusCode: '400',
        code: 'InvalidKey'
      });
    }
  );

  test.each(["it's (a) file!.txt", 'a b c', 'x&y=$1@2;3:4+5,6'])('%j is taken, and found again', async (name) => {
    expect((await files().upload(own(name), name)).error).toBeNull();
    expect(await (await files().download(own(name))).data?.text()).toBe(name);
    expect((await files().remove([own(name)])).data).toHaveLength(1);
  });

  test.each(['..%2f..%2f..%2fetc%2fpasswd', '%2e%2e%2fescape', '.%2fx', 'a%2f..%2f..%2fb'])('%s climbs nowhere', async (name) => {
    // The raw request keeps what fetch would already have resolved.
    const { status, body } = await raw('POST', `/storage/v1/object/papers/${alice.id}/${name}`, 'x');
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: 'InvalidKey' });
  });

  test.each(['../x', 'a/../../x', '/etc/passwd/..', './x'])('%s is refused as the goal of move and copy', async (name) => {
    await files().upload(own('source.txt'), 'x', { upsert: true });
    expect(await refusal(files().move(own('source.txt'), own(name)))).toMatchObject({ code: 'InvalidKey' });
    expect(await refusal(files().copy(own('source.txt'), own(name)))).toMatchObject({ code: 'InvalidKey' });
  });

  test('never becomes the name of a file', async () => {
    await files().upload(own('secret-name.txt'), 'x');
    const names = await onDisk();
    expect(names.filter((name) => name.includes('secret'))).toEqual([]);
    expect(names.every((name) => /\/[0-9a-f]{2}\/[0-9a-f-]{36}$/.test(name))).toBe(true);
  });

  function raw(method: string, target: string, body: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(stack.url);
      const headers = { authorization: `Bearer ${alice.token}`, 'content-type': 'text/plain' };
      const sent = request({ hostname, port, method, path: target, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString() }));
      });
      sent.on('error', reject).end(body);
    });
  }
});

describe('the disk', () => {
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
