import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../supabase/embedded/ports.ts';
import { startWeb, type WebServer } from '../../supabase/embedded/web/server.ts';

const config = { supabaseUrl: 'http://127.0.0.1:1', publishableKey: 'sb_publishable_x', demo: [] };
let folder: string;
let web: WebServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-web-'));
  await mkdir(path.join(folder, '_app/immutable'), { recursive: true });
  await writeFile(path.join(folder, 'index.html'), 'the landing page');
  await writeFile(path.join(folder, '200.html'), 'the app');
  await writeFile(path.join(folder, '_app/immutable/a.hash.js'), 'export {}');
  await writeFile(path.join(folder, '_app/immutable/a.hash.js.br'), brotliCompressSync('export {}'));
  await writeFile(path.join(folder, 'service-worker.js'), '');
  await writeFile(`${folder}.secret`, 'not to be served');
  web = await startWeb({ port: await freePort(), config, folder });
});
afterAll(async () => {
  await web?.stop();
  await rm(folder, { recursive: true });
  await rm(`${folder}.secret`);
});

const get = async (at: string) => {
  const response = await fetch(`${web.url}${at}`);
  return { status: response.status, cache: response.headers.get('cache-control'), text: await response.text() };
};

test('config.json tells the app where its API is, and is never kept', async () => {
  const { status, cache, text } = await get('/config.json');
  expect([status, cache, JSON.parse(text)]).toEqual([200, 'no-cache', config]);
});

test('every path that is no file is the app’s own', async () => {
  expect(await get('/')).toMatchObject({ status: 200, cache: 'no-cache', text: 'the landing page' });
  expect(await get('/chats/0190?x=1')).toMatchObject({ status: 200, cache: 'no-cache', text: 'the app' });
});

test('a file named by its content is kept for ever, and the service worker never', async () => {
  expect((await get('/_app/immutable/a.hash.js')).cache).toMatch(/immutable/);
  expect((await get('/service-worker.js')).cache).toBe('no-cache');
});

test('what the build has compressed is sent so, to whoever takes it', async () => {
  const send = (encoding: string) => fetch(`${web.url}/_app/immutable/a.hash.js`, { headers: { 'accept-encoding': encoding } });
  const compressed = await send('br, gzip');
  expect(compressed.headers.get('content-encoding')).toBe('br');
  expect(compressed.headers.get('vary')).toContain('accept-encoding');
  expect(compressed.headers.get('cache-control')).toMatch(/immutable/);
  expect(compressed.headers.get('content-type')).toMatch(/javascript/);
  expect(await compressed.text()).toBe('export {}');
  const plain = await send('identity');
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(await plain.text()).toBe('export {}');
});

test('a file of an older build is 404, not a page', async () => {
  expect((await get('/_app/immutable/old.hash.js')).status).toBe(404);
});

test('nothing outside the folder is served', async () => {
  const name = path.basename(folder);
  for (const at of [`/..%2f${name}.secret`, `/%2e%2e/${name}.secret`, `//${name}.secret`]) {
    expect((await get(at)).text).not.toContain('not to be served');
  }
});
