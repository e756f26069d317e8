/** Uploads in parts, as tus-js-client makes them: broken off, gone on with, refused. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { DetailedError, Upload, type UploadOptions } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makePrivateFolders, type Person, type StorageStack, startStorageStack } from './stack.ts';

const MEBIBYTE = 1024 * 1024;
const CHUNK = 6 * MEBIBYTE;
const LIMIT = 20 * MEBIBYTE;

let stack: StorageStack;
let alice: Person;
let mallory: Person;

beforeAll(async () => {
  stack = await startStorageStack({ fileSizeLimit: LIMIT });
  await makePrivateFolders(stack, 'papers');
  await stack.admin.query(`
    insert into storage.buckets (id, name, allowed_mime_types, file_size_limit) values ('pictures', 'pictures', '{image/png}', 1000);
    create policy pictures_all on storage.objects for all to authenticated using (bucket_id = 'pictures')`);
  [alice, mallory] = [await stack.person(), await stack.person()];
});
afterAll(() => stack?.stop());

interface Attempt {
  person?: Person;
  bucket?: string;
  name: string;
  bytes?: Buffer;
  options?: Partial<UploadOptions>;
}

/** Uploads to the end, or rejects with why not; resolves with the upload's URL. */
function upload({ person = alice, bucket = 'papers', name, bytes = randomBytes(100), options }: Attempt): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const attempt = new Upload(bytes, {
    endpoint: `${stack.url}/storage/v1/upload/resumable`,
    headers: { authorization: `Bearer ${person.token}` },
    metadata: { bucketName: bucket, objectName: name, contentType: 'text/plain', cacheControl: '60' },
    chunkSize: CHUNK,
    retryDelays: null,
    onError: reject,
    onSuccess: () => resolve(attempt.url!),
    ...options
  });
  attempt.start();
  return promise;
}

/** Uploads until the first part is there, and breaks off; the URL to go on with. */
function begin({ name, bytes }: { name: string; bytes: Buffer }): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const attempt = new Upload(bytes, {
    endpoint: `${stack.url}/storage/v1/upload/resumable`,
    headers: { authorization: `Bearer ${alice.token}` },
    metadata: { bucketName: 'papers', objectName: name, contentType: 'text/plain' },
    chunkSize: CHUNK,
    retryDelays: null,
    onError: reject,
    onChunkComplete: () => void attempt.abort().then(() => resolve(attempt.url!))
  });
  attempt.start();
  return promise;
}

/** Status and text of the answer by which an upload was refused. */
async function refused(uploading: Promise<unknown>): Promise<[number | undefined, string | undefined]> {
  const error = await uploading.then(
    () => expect.fail('it was not refused'),
    (reason: unknown) => reason
  );
  if (!(error instanceof DetailedError)) throw error;
  return [error.originalResponse?.getStatus(), error.originalResponse?.getBody()];
}

const tus = (url: string, method: string, headers: Record<string, string> = {}, person = alice) =>
  fetch(url, { method, headers: { 'tus-resumable': '1.0.0', authorization: `Bearer ${person.token}`, ...headers } });

/** An upload without bytes; its URL. */
async function create(name: string, size: number): Promise<string> {
  const headers = { 'upload-length': String(size), 'upload-metadata': described('papers', name) };
  return (await tus(`${stack.url}/storage/v1/upload/resumable`, 'POST', headers)).headers.get('location')!;
}

const described = (bucket: string, name: string) => `bucketName ${btoa(bucket)},objectName ${btoa(name)}`;

const patch = (url: string, offset: number, body: RequestInit['body'], person = alice) =>
  fetch(url, {
    method: 'PATCH',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
      authorization: `Bearer ${person.token}`
    },
    body,
    duplex: 'half'
  } as RequestInit);

/** Of megabytes, which are slow to compare one by one. */
const digest = (bytes: Buffer | null) => bytes && createHash('sha256').update(bytes).digest('hex');
const idOf = (url: string) => url.slice(url.lastIndexOf('/') + 1);
const partial = () => readdir(path.join(stack.directory, 'resumable'));
const mine = () => `${alice.id}/${randomUUID()}.txt`;
const download = async (name: string) => {
  const { data } = await alice.client.storage.from('papers').download(name);
  return data && Buffer.from(await data.arrayBuffer());
};

describe('a file in parts', () => {
  test('becomes an object with what was said of it, byte by byte, once the last part is here', async () => {
    const name = mine();
    const bytes = randomBytes(2 * CHUNK + 12_345);
    const seen: number[] = [];
    const metadata = {
      bucketName: 'papers',
      objectName: name,
      contentType: 'image/png',
      cacheControl: '60',
      metadata: '{"a":1}'
    };
    const onChunkComplete = (_size: number, accepted: number) => void seen.push(accepted);
    await upload({ name, bytes, options: { metadata, onChunkComplete } });
    expect(seen).toEqual([CHUNK, 2 * CHUNK, bytes.length]);
    expect(digest(await download(name))).toBe(digest(bytes));
    const { data } = await alice.client.storage.from('papers').info(name);
    expect(data).toMatchObject({ size: bytes.length, contentType: 'image/png', cacheControl: 'max-age=60', metadata: { a: 1 } });
    const { rows } = await stack.admin.query('select owner_id from storage.objects where name = $1', [name]);
    expect(rows).toEqual([{ owner_id: alice.id }]);
  });

  test('comes in one request with its creation', async () => {
    const name = mine();
    const bytes = randomBytes(1000);
    await upload({ name, bytes, options: { uploadDataDuringCreation: true } });
    expect(digest(await download(name))).toBe(digest(bytes));
  });

  test('may be of a length that is not known before its end, or empty', async () => {
    const name = mine();
    await upload({ name, bytes: randomBytes(1000), options: { uploadLengthDeferred: true } });
    expect(await download(name)).toHaveLength(1000);
    const empty = mine();
    await upload({ name: empty, bytes: Buffer.alloc(0) });
    expect(await download(empty)).toHaveLength(0);
  });

  test('is no object while parts are missing, and goes on where it was after the server was restarted', async () => {
    const name = mine();
    const bytes = randomBytes(2 * CHUNK);
    const url = await begin({ name, bytes });
    expect(await download(name)).toBeNull();
    await stack.restart();
    const sent: number[] = [];
    await upload({ name, bytes, options: { uploadUrl: url, onChunkComplete: (size) => void sent.push(size) } });
    expect(sent).toEqual([CHUNK]);
    expect(digest(await download(name))).toBe(digest(bytes));
  });

  test('of which a part broke off in the middle goes on with the bytes that have not arrived', async () => {
    const name = mine();
    const bytes = randomBytes(CHUNK);
    const url = await create(name, CHUNK);
    const arrived = async () => (await stat(path.join(stack.directory, 'resumable', idOf(url)))).size;
    const half = new ReadableStream({
      start: (controller) => controller.enqueue(bytes.subarray(0, MEBIBYTE)),
      pull: async (controller) => {
        await vi.waitUntil(async () => (await arrived()) === MEBIBYTE);
        controller.error(new Error('the network is gone'));
      }
    });
    await expect(patch(url, 0, half)).rejects.toThrow();
    const sent: number[] = [];
    const onProgress = (accepted: number) => void sent.push(accepted);
    await upload({ name, bytes, options: { uploadUrl: url, onProgress } });
    expect(Math.min(...sent)).toBeGreaterThanOrEqual(MEBIBYTE);
    expect(digest(await download(name))).toBe(digest(bytes));
  });

  test('replaces an object only with x-upsert', async () => {
    const name = mine();
    await upload({ name });
    expect(await refused(upload({ name }))).toEqual([409, 'The resource already exists']);
    const bytes = randomBytes(50);
    await upload({ name, bytes, options: { headers: { authorization: `Bearer ${alice.token}`, 'x-upsert': 'true' } } });
    expect(digest(await download(name))).toBe(digest(bytes));
  });

  test("is uploaded without rights of one's own to a signed URL, and to that name only", async () => {
    const name = mine();
    const { data } = await alice.client.storage.from('papers').createSignedUploadUrl(name);
    const signed = (object: string) =>
      upload({
        name: object,
        options: { endpoint: `${stack.url}/storage/v1/upload/resumable/sign`, headers: { 'x-signature': data!.token } }
      });
    expect(await refused(signed(mine()))).toEqual([400, 'Invalid signature']);
    await signed(name);
    const { rows } = await stack.admin.query('select owner_id from storage.objects where name = $1', [name]);
    expect(rows).toEqual([{ owner_id: alice.id }]);
  });
});

describe('an upload is refused', () => {
  test('when the caller may not put an object there, before any byte is taken', async () => {
    const before = await partial();
    const denied = [403, 'new row violates row-level security policy'];
    expect(await refused(upload({ person: mallory, name: mine() }))).toEqual(denied);
    expect(await refused(upload({ name: `${mallory.id}/a.txt` }))).toEqual(denied);
    expect(await refused(upload({ bucket: 'nowhere', name: mine() }))).toEqual([404, 'Bucket not found']);
    expect(await refused(upload({ name: `${alice.id}/../${mallory.id}/a.txt` }))).toEqual([
      400,
      expect.stringContaining('Invalid key')
    ]);
    expect(await partial()).toEqual(before);
  });

  test('when another person goes on with it', async () => {
    const name = mine();
    const url = await create(name, 100);
    expect((await patch(url, 0, randomBytes(100), mallory)).status).toBe(403);
    expect((await tus(url, 'DELETE', {}, mallory)).status).toBe(403);
    expect(await download(name)).toBeNull();
  });

  test('when the right has been lost before the last part', async () => {
    const name = mine();
    const url = await create(name, 200);
    expect((await patch(url, 0, randomBytes(100))).status).toBe(204);
    await stack.admin.query('alter policy papers_insert on storage.objects with check (false)');
    try {
      expect((await patch(url, 100, randomBytes(100))).status).toBe(403);
      expect(await download(name)).toBeNull();
    } finally {
      await stack.admin.query(
        `alter policy papers_insert on storage.objects with check (bucket_id = 'papers' and (storage.foldername(name))[1] = (select auth.uid())::text)`
      );
    }
  });

  test('without a token', async () => {
    const response = await fetch(`${stack.url}/storage/v1/upload/resumable`, {
      method: 'POST',
      headers: { 'tus-resumable': '1.0.0' }
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ statusCode: '403', code: 'AccessDenied' });
  });

  test('when it is too large for the server, or for its bucket', async () => {
    expect(await refused(upload({ name: mine(), bytes: Buffer.alloc(LIMIT + 1) }))).toEqual([413, 'Maximum size exceeded\n']);
    const picture = { bucketName: 'pictures', objectName: randomUUID(), contentType: 'image/png' };
    expect(await refused(upload({ name: '', bytes: Buffer.alloc(1001), options: { metadata: picture } }))).toEqual([
      413,
      expect.any(String)
    ]);
    const url = await create(mine(), 100);
    expect((await patch(url, 0, Buffer.alloc(101))).status).toBe(413);
  });

  test('when its bucket does not take the type', async () => {
    expect(await refused(upload({ bucket: 'pictures', name: randomUUID() }))).toEqual([
      415,
      'mime type text/plain is not supported'
    ]);
  });

  test('when a part does not begin where the last one ended', async () => {
    const url = await create(mine(), 100);
    expect((await patch(url, 10, randomBytes(90))).status).toBe(409);
    expect((await tus(url, 'HEAD')).headers.get('upload-offset')).toBe('0');
  });
});

describe('an upload', () => {
  test('that is whole is told as whole, and cannot be taken back', async () => {
    const name = mine();
    const url = await upload({ name });
    const head = await tus(url, 'HEAD');
    expect([head.status, head.headers.get('upload-offset')]).toEqual([200, '100']);
    expect((await tus(url, 'DELETE')).status).toBeGreaterThanOrEqual(400);
    expect(await download(name)).toHaveLength(100);
  });

  test('is taken back, and gone', async () => {
    const url = await create(mine(), 100);
    expect((await tus(url, 'DELETE')).status).toBe(204);
    expect((await tus(url, 'HEAD')).status).toBe(404);
    expect(await partial()).not.toContain(idOf(url));
  });

  test('whose object could not be made becomes one when the client asks again', async () => {
    const name = mine();
    const bytes = randomBytes(100);
    const url = await create(name, 100);
    // Between the check of the right and the making of the object: a fault that is not the caller's.
    await stack.admin.query(`
      create function public.fail() returns trigger language plpgsql as $$ begin
        if new.metadata ? 'size' then raise exception 'out of order' using errcode = '53100'; end if;
        return new;
      end $$;
      create trigger fail before insert on storage.objects for each row execute function public.fail()`);
    expect((await patch(url, 0, bytes)).status).toBe(500);
    expect(await download(name)).toBeNull();
    await stack.admin.query('drop function public.fail() cascade');
    await upload({ name, bytes, options: { uploadUrl: url } });
    expect(digest(await download(name))).toBe(digest(bytes));
  });

  test('whose object came in between is refused in the end, and not taken for whole', async () => {
    const name = mine();
    const url = await create(name, 200);
    expect((await patch(url, 0, randomBytes(100))).status).toBe(204);
    await upload({ name });
    expect((await patch(url, 100, randomBytes(100))).status).toBe(409);
    expect(await download(name)).toHaveLength(100);
  });

  test('expires: told so, then forgotten at the next start', async () => {
    const short = await startStorageStack({ resumableForMs: 1 });
    try {
      await makePrivateFolders(short, 'papers');
      const person = await short.person();
      const response = await tus(
        `${short.url}/storage/v1/upload/resumable`,
        'POST',
        { 'upload-length': '100', 'upload-metadata': described('papers', `${person.id}/a.txt`) },
        person
      );
      const url = response.headers.get('location')!;
      expect(Date.parse(response.headers.get('upload-expires')!)).not.toBeNaN();
      expect((await tus(url, 'HEAD', {}, person)).status).toBe(410);
      await short.restart();
      expect((await tus(url, 'HEAD', {}, person)).status).toBe(404);
      expect(await readdir(path.join(short.directory, 'resumable'))).toEqual([]);
    } finally {
      await short.stop();
    }
  });
});

test('says what it can do', async () => {
  const response = await fetch(`${stack.url}/storage/v1/upload/resumable`, { method: 'OPTIONS' });
  expect(response.status).toBe(204);
  expect(response.headers.get('tus-version')).toBe('1.0.0');
  expect(response.headers.get('tus-max-size')).toBe(String(LIMIT));
  expect(response.headers.get('tus-extension')!.split(',')).toEqual(
    expect.arrayContaining(['creation', 'creation-with-upload', 'termination', 'expiration'])
  );
});
