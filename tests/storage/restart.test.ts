import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDatabase } from '../../supabase/embedded/postgres/database.ts';
import { makePrivateFolders, type StorageStack, startStorageStack } from './stack.ts';

let stack: StorageStack;

beforeAll(async () => {
  stack = await startStorageStack();
  await makePrivateFolders(stack, 'papers');
});
afterAll(() => stack?.stop());

test('goes on after the database was restarted, with everything still there', async () => {
  const alice = await stack.person();
  const files = alice.client.storage.from('papers');
  await files.upload(`${alice.id}/before.txt`, 'before');
  await stack.database.stop();
  const { error } = await files.download(`${alice.id}/before.txt`);
  expect(error).toMatchObject({ status: 500 });
  stack.database = await startDatabase(stack.place);
  expect(await (await files.download(`${alice.id}/before.txt`)).data?.text()).toBe('before');
  expect((await files.upload(`${alice.id}/after.txt`, 'after')).error).toBeNull();
});

test('keeps files over its own restart', async () => {
  const alice = await stack.person();
  const files = alice.client.storage.from('papers');
  await files.upload(`${alice.id}/kept.txt`, 'kept');
  await stack.restart();
  expect(await (await files.download(`${alice.id}/kept.txt`)).data?.text()).toBe('kept');
});
