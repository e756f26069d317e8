/** What every store of files does, and how much room they may take. */
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { indexedDbFiles, memoryFiles, NoRoom } from '../../web/lib/chat/index.ts';
import type { KeptFile } from '../../web/lib/chat/attachments/file-store.ts';
import { checkRoom } from '../../web/lib/chat/attachments/room.ts';

const ALICE = '0190a000-0000-7000-8000-00000000000a';
const BOB = '0190a000-0000-7000-8000-00000000000b';

const kept = (id: string, userId = ALICE): KeptFile => ({
  userId,
  id,
  entryId: `entry of ${id}`,
  blob: new Blob([id]),
  keptAt: 5,
  uploadUrl: null,
  uploaded: false
});

describe.each([
  ['memory', () => memoryFiles()],
  ['IndexedDB', () => indexedDbFiles(`files ${Math.random()}`)]
])('%s', (_name, make) => {
  test('gives what was put, to whose it is', async () => {
    const files = make();
    await files.put([kept('one'), kept('three')]);
    const one = await files.get(ALICE, 'one');
    expect(one).toMatchObject({ id: 'one', entryId: 'entry of one', uploadUrl: null, uploaded: false });
    expect(await one!.blob.text()).toBe('one');
    expect(await files.get(BOB, 'one')).toBeNull();
    expect(await files.size(ALICE)).toBe(8);
    expect((await files.list(ALICE)).map(({ id, entryId, keptAt }) => [id, entryId, keptAt])).toEqual([
      ['one', 'entry of one', 5],
      ['three', 'entry of three', 5]
    ]);
  });

  test('notes how far an upload is, of what is there', async () => {
    const files = make();
    await files.put([kept('one')]);
    await files.note(ALICE, 'one', { uploadUrl: 'http://there', uploaded: false });
    await files.note(ALICE, 'gone', { uploadUrl: 'http://there', uploaded: false });
    expect(await files.get(ALICE, 'one')).toMatchObject({ uploadUrl: 'http://there' });
    expect(await files.get(ALICE, 'gone')).toBeNull();
  });

  test('removes what it is told to, and all of one person', async () => {
    const files = make();
    await files.put([kept('one'), kept('two'), kept('bobs', BOB)]);
    await files.remove(ALICE, ['one', 'bobs']);
    expect(await files.size(ALICE)).toBe(3);
    await files.wipe(ALICE);
    expect(await files.size(ALICE)).toBe(0);
    expect(await files.size(BOB)).toBe(4);
  });
});

test('there is room up to a gigabyte, and never for the last 20 MB of the device', () => {
  const mebibyte = 1024 ** 2;
  const device = (free: number) => ({ usage: 0, quota: free });
  expect(() => checkRoom(100 * mebibyte, 0, null)).not.toThrow();
  expect(() => checkRoom(80 * mebibyte, 0, device(100 * mebibyte))).not.toThrow();
  expect(() => checkRoom(81 * mebibyte, 0, device(100 * mebibyte))).toThrow(new NoRoom(81 * mebibyte, 80 * mebibyte));
  expect(() => checkRoom(2, 1024 * mebibyte - 1, device(1e12))).toThrow(new NoRoom(2, 1));
  expect(() => checkRoom(1, 0, device(0))).toThrow(new NoRoom(1, 0));
});
