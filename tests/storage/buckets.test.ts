import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal, type StorageStack, startStorageStack } from './stack.ts';

let stack: StorageStack;

beforeAll(async () => {
  stack = await startStorageStack({
    buckets: { attachments: { public: false, file_size_limit: 1024, allowed_mime_types: ['image/*'] } }
  });
});
afterAll(() => stack?.stop());

test('a bucket of config.toml is there, with its settings', async () => {
  const { data } = await stack.service.storage.getBucket('attachments');
  expect(data).toMatchObject({
    id: 'attachments',
    name: 'attachments',
    public: false,
    file_size_limit: 1024,
    allowed_mime_types: ['image/*']
  });
});

test('the service makes, changes, lists and deletes buckets', async () => {
  const { storage } = stack.service;
  expect(await storage.createBucket('media', { public: true, fileSizeLimit: '20MB' })).toEqual({
    data: { name: 'media' },
    error: null
  });
  expect((await storage.getBucket('media')).data).toMatchObject({ public: true, file_size_limit: 20_000_000 });
  const changed = await storage.updateBucket('media', { public: false, allowedMimeTypes: ['image/png'] });
  expect(changed.data).toEqual({ message: 'Successfully updated' });
  expect((await storage.getBucket('media')).data).toMatchObject({
    public: false,
    file_size_limit: 20_000_000,
    allowed_mime_types: ['image/png']
  });
  expect((await storage.listBuckets()).data).toMatchObject([{ id: 'attachments', type: 'STANDARD' }, { id: 'media' }]);
  const searched = await storage.listBuckets({ search: 'MED', limit: 1, sortColumn: 'created_at', sortOrder: 'desc' });
  expect(searched.data?.map(({ id }) => id)).toEqual(['media']);
  expect((await storage.deleteBucket('media')).data).toEqual({ message: 'Successfully deleted' });
  expect(await refusal(storage.getBucket('media'))).toMatchObject({ statusCode: '404', code: 'NoSuchBucket', status: 400 });
});

test('a name is taken once', async () => {
  expect(await refusal(stack.service.storage.createBucket('attachments'))).toMatchObject({
    statusCode: '409',
    code: 'BucketAlreadyExists'
  });
});

test('a bucket with objects is not deleted before it is emptied', async () => {
  const { storage } = stack.service;
  await storage.createBucket('full');
  await storage.from('full').upload('a/b.txt', 'text');
  expect(await refusal(storage.deleteBucket('full'))).toMatchObject({ statusCode: '409', code: 'ResourceNotEmpty' });
  expect((await storage.emptyBucket('full')).error).toBeNull();
  expect((await storage.deleteBucket('full')).error).toBeNull();
});

test.each(['a/b', 'é', ' edge', 'x'.repeat(101), ''])('%j is no name for a bucket', async (name) => {
  expect(await refusal(stack.service.storage.createBucket(name))).toMatchObject({ statusCode: '400' });
});

test.each([{ fileSizeLimit: 'much' }, { fileSizeLimit: '1GB' }, { allowedMimeTypes: ['image'] }])(
  'the setting %j is refused',
  async (settings) => {
    expect(await refusal(stack.service.storage.createBucket('odd', { public: false, ...settings }))).toMatchObject({
      statusCode: expect.stringMatching(/^4/) as string
    });
    expect((await stack.service.storage.getBucket('odd')).data).toBeNull();
  }
);

test('without a policy nobody else sees or makes buckets', async () => {
  const person = await stack.person();
  for (const { storage } of [person.client, stack.anon]) {
    expect((await storage.listBuckets()).data).toEqual([]);
    expect(await refusal(storage.createBucket('mine'))).toMatchObject({
      statusCode: '403',
      message: 'new row violates row-level security policy'
    });
    expect(await refusal(storage.updateBucket('attachments', { public: true }))).toMatchObject({ statusCode: '404' });
    expect(await refusal(storage.emptyBucket('attachments'))).toMatchObject({ statusCode: '404' });
    expect(await refusal(storage.deleteBucket('attachments'))).toMatchObject({ statusCode: '404' });
  }
  expect((await stack.service.storage.getBucket('attachments')).data).toMatchObject({ public: false });
});

test('rows are not deleted behind the back of Storage', async () => {
  await expect(stack.admin.query('delete from storage.buckets')).rejects.toMatchObject({ code: '42501' });
  await expect(stack.admin.query('delete from storage.objects')).rejects.toMatchObject({ code: '42501' });
});
