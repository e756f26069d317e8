/** The key pair of Web Push: made once, kept to its owner, the project's own where it has some. */
import { createECDH } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../../supabase/embedded/paths.ts';
import { loadVapidKeys, makeVapidKeys, type VapidKeys } from '../../supabase/embedded/vapid.ts';

let folder: string;
const home = () => path.join(folder, 'home');
const project = () => path.join(folder, 'supabase');
const secrets = async (text: string) => writeFile(path.join(project(), 'functions', '.env'), text);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-vapid-'));
  await mkdir(home());
  await mkdir(path.join(project(), 'functions'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

/** The public key that belongs to the private one. */
function publicOf({ privateKey }: VapidKeys): string {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(privateKey, 'base64url');
  return pair.getPublicKey('base64url');
}

test('is a pair, whatever its first byte', () => {
  for (let i = 0; i < 600; i++) {
    const keys = makeVapidKeys();
    expect([Buffer.from(keys.privateKey, 'base64url').length, publicOf(keys)]).toEqual([32, keys.publicKey]);
  }
});

test('is made by the first start and found by the next, and nobody else may read it', async () => {
  const keys = await loadVapidKeys(home(), project());
  expect(await loadVapidKeys(home(), project())).toEqual(keys);
  expect((await stat(path.join(home(), 'vapid.json'))).mode & 0o777).toBe(0o600);
});

test('is the project’s own where it has one', async () => {
  const own = makeVapidKeys();
  await secrets(`VAPID_PUBLIC_KEY=${own.publicKey}\nVAPID_PRIVATE_KEY=${own.privateKey}\n`);
  expect(await loadVapidKeys(home(), project())).toEqual(own);
  await expect(readFile(path.join(home(), 'vapid.json'))).rejects.toMatchObject({ code: 'ENOENT' });
});

describe('is refused, and the file named, if', () => {
  test.each([
    ['half of it is missing', () => secrets(`VAPID_PUBLIC_KEY=${makeVapidKeys().publicKey}\n`), '.env'],
    ['the file is damaged', () => writeFile(path.join(home(), 'vapid.json'), '{"publicKey"'), 'vapid.json'],
    ['a key is too short', () => writeFile(path.join(home(), 'vapid.json'), '{"publicKey":"AA","privateKey":"AA"}'), 'vapid.json']
  ])('%s', async (_, prepare, file) => {
    await prepare();
    await expect(loadVapidKeys(home(), project())).rejects.toMatchObject({
      code: 'vapid_invalid',
      message: expect.stringContaining(file)
    });
  });
});

describe('npm run vapid', () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [path.join(ROOT, 'supabase/embedded/main.ts'), 'vapid', ...args]);

  test('prints the command that gives a project its keys, and the field of the app’s config.json', async () => {
    const { stdout } = await run('--subject', 'https://chat.example');
    const [, publicKey, privateKey] =
      /^npx supabase secrets set VAPID_PUBLIC_KEY=(\S+) VAPID_PRIVATE_KEY=(\S+) VAPID_SUBJECT=https:\/\/chat\.example$/m.exec(
        stdout
      )!;
    expect(publicOf({ publicKey: publicKey!, privateKey: privateKey! })).toBe(publicKey);
    expect(stdout).toContain(`{"vapidPublicKey":"${publicKey}"}`);
  });

  test('refuses a contact that no push service would take', async () => {
    await expect(run('--subject', 'you@example.com')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('mailto:')
    });
  });
});
