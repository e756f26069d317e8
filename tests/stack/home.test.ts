/** What a start does with a folder that is not as it should be. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openHome } from '../../supabase/embedded/home.ts';
import { freePort } from '../../supabase/embedded/ports.ts';
import { startDatabase } from '../../supabase/embedded/postgres/database.ts';

let home: string;
const inHome = (...names: string[]) => path.join(home, ...names);

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'parley-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const start = async () => startDatabase({ home, port: await freePort() });

test('a data directory that an earlier start did not finish is made anew', async () => {
  await mkdir(inHome('db', 'base'), { recursive: true });
  await writeFile(inHome('db.creating'), '');
  const database = await start();
  expect(database.created).toBe(true);
  await database.stop();
  const again = await start();
  expect(again.created).toBe(false);
  await again.stop();
});

describe('refused, with nothing touched,', () => {
  test.each([
    ['a data directory without its parts', async () => mkdir(inHome('db', 'base'), { recursive: true }), 'database_incomplete'],
    [
      'a database of another version of the stack',
      async () => {
        const database = await start();
        await database.stop();
        await writeFile(inHome('db.version'), 'another');
      },
      'database_outdated'
    ]
  ])('is %s', async (_, prepare, code) => {
    await prepare();
    await expect(start()).rejects.toMatchObject({ code, message: expect.stringContaining('npm run reset') });
  });
});

test('a folder in use by another stack is refused, and the message says where that one is', async () => {
  const first = await openHome(home, 'http://127.0.0.1:1');
  await expect(openHome(home, '')).rejects.toMatchObject({
    code: 'already_running',
    message: expect.stringContaining('http://127.0.0.1:1')
  });
  await first.release();
  await (await openHome(home, '')).release();
});

/** A file system of a few megabytes can be had by root only, and not in every container. */
function smallDisk(megabytes: number): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', home], { stdio: 'ignore' }).status === 0;
}

describe('a full disk is named as the reason', () => {
  test('when the database is made', async (context) => {
    if (!smallDisk(20)) return context.skip('no small file system to be had');
    try {
      await expect(start()).rejects.toMatchObject({ code: 'disk_full' });
    } finally {
      execFileSync('umount', [home]);
    }
  });

  test('when it is started, and it starts again once there is space', async (context) => {
    if (!smallDisk(80)) return context.skip('no small file system to be had');
    try {
      await (await start()).stop();
      await writeFile(inHome('filler'), Buffer.alloc(80 * 2 ** 20)).catch((error: NodeJS.ErrnoException) =>
        expect(error.code).toBe('ENOSPC')
      );
      await expect(start()).rejects.toSatisfy((error: NodeJS.ErrnoException) => /^(disk_full|ENOSPC)$/.test(error.code ?? ''));
      await rm(inHome('filler'));
      await (await start()).stop();
    } finally {
      execFileSync('umount', [home]);
    }
  });
});
