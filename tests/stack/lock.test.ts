import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processStart } from '../../supabase/embedded/process/identity.ts';
import { lockHolder, takeLock } from '../../supabase/embedded/process/lock.ts';

let directory: string;
const file = (name: string) => path.join(directory, name);

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'parley-lock-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('one holder at a time; released, it is free', async () => {
  const first = await takeLock(file('a'), 'the first');
  expect(await takeLock(file('a'))).toMatchObject({ held: false, holder: { pid: process.pid, about: 'the first' } });
  if (first.held) await first.release();
  expect(await lockHolder(file('a'))).toBeUndefined();
  expect(await takeLock(file('a'))).toMatchObject({ held: true });
});

test('a holder that was killed does not keep it', async () => {
  const child = spawn('sleep', ['60']);
  const exited = once(child, 'exit');
  const start = processStart(child.pid!);
  await writeFile(file('b'), JSON.stringify({ pid: child.pid, start, about: '' }));
  expect(await takeLock(file('b'))).toMatchObject({ held: false });
  child.kill('SIGKILL');
  await exited;
  expect(await takeLock(file('b'))).toMatchObject({ held: true });
});

test("a killed holder's number in use by another process does not count as the holder", async () => {
  await writeFile(file('c'), JSON.stringify({ pid: process.pid, start: 'some other time', about: '' }));
  expect(await takeLock(file('c'))).toMatchObject({ held: true });
});

test('a file cut short by a crash is nobody’s', async () => {
  await writeFile(file('d'), '{"pid": 1');
  expect(await takeLock(file('d'))).toMatchObject({ held: true });
});

test('of many who find the same stale file, one gets it', async () => {
  await writeFile(file('e'), JSON.stringify({ pid: 2 ** 22 + 1, start: 'long ago', about: '' }));
  const results = await Promise.all(Array.from({ length: 20 }, () => takeLock(file('e'))));
  expect(results.filter(({ held }) => held)).toHaveLength(1);
});
