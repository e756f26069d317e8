import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parse } from 'smol-toml';
import { parseConfig } from '../../supabase/embedded/config.ts';
import { type Functions, startFunctions } from '../../supabase/embedded/functions/runtime.ts';
import { PROJECT, ROOT } from '../../supabase/embedded/paths.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { freePorts } from '../support/ports.ts';

interface Health {
  status: string;
  checks: Record<string, { ok: boolean; latencyMs: number; reason?: string }>;
}

const PATHS = {
  database: '/rest/v1/profiles?select=id&limit=1',
  auth: '/auth/v1/health',
  realtime: '/realtime/v1/api/ping',
  storage: '/storage/v1/status'
};

/** A project of which any part can be broken. */
const project = createServer((request, response) => answer(request, response));
let asked: { url: string; apikey: string | undefined }[] = [];
let broken: Record<string, (response: ServerResponse) => void> = {};

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = '', headers } = request;
  asked.push({ url, apikey: headers['apikey'] as string | undefined });
  const fault = broken[url];
  if (fault) return fault(response);
  response.setHeader('content-type', 'application/json').end('[]');
}

let functions: Functions;
let home: string;
const health = (init?: RequestInit) => fetch(`${functions.url}/health`, init);

beforeAll(async () => {
  project.listen(0, '127.0.0.1');
  await once(project, 'listening');
  home = await mkdtemp(path.join(tmpdir(), 'parley-health-'));
  const [port] = (await freePorts(1)) as [number];
  functions = await startFunctions({
    root: ROOT,
    config: parseConfig(await readFile(path.join(PROJECT, 'config.toml'), 'utf8')),
    port,
    jwtSecret: 'a-secret-of-at-least-thirty-two-characters',
    env: {
      SUPABASE_URL: `http://127.0.0.1:${(project.address() as AddressInfo).port}`,
      SUPABASE_SECRET_KEYS: '{"default":"sb_secret_health"}'
    },
    cache: path.join(home, 'deno'),
    logFile: path.join(home, 'functions.log')
  });
});

afterAll(async () => {
  await functions?.stop();
  project.closeAllConnections();
  project.close();
  await rm(home, { recursive: true, force: true });
});

beforeEach(() => {
  asked = [];
  broken = {};
});

test('config.toml opens it to monitors, which have no key', async () => {
  const config = parse(await readFile(path.join(PROJECT, 'config.toml'), 'utf8')) as { functions: { health: unknown } };
  expect(config.functions.health).toMatchObject({ verify_jwt: false, entrypoint: '../functions/health/index.ts' });
});

test('says ok when every part has answered, and how long each took', async () => {
  const response = await health();
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const { status, checks } = (await response.json()) as Health;
  expect(status).toBe('ok');
  expect(Object.keys(checks)).toEqual(Object.keys(PATHS));
  for (const check of Object.values(checks)) {
    expect(check.ok).toBe(true);
    expect(check.latencyMs).toBeGreaterThan(0);
  }
});

test('asks each part with the secret key', async () => {
  await health();
  expect(asked.map(({ url }) => url).sort()).toEqual(Object.values(PATHS).sort());
  expect(new Set(asked.map(({ apikey }) => apikey))).toEqual(new Set(['sb_secret_health']));
});

test.each(Object.entries(PATHS))('says degraded when %s fails, and that it is this one', async (name, url) => {
  broken[url] = (response) => response.writeHead(503).end('the password is hunter2');
  const response = await health();
  expect(response.status).toBe(503);
  const text = await response.text();
  const { status, checks } = JSON.parse(text) as Health;
  expect(status).toBe('degraded');
  expect(Object.entries(checks).filter(([, { ok }]) => !ok)).toMatchObject([[name, { reason: 'answered 503' }]]);
  // It is open to everyone.
  expect(text).not.toMatch(/hunter2|sb_secret/);
});

test('says degraded when a part hangs up', async () => {
  broken[PATHS.auth] = (response) => response.destroy();
  expect(await (await health()).json()).toMatchObject({
    status: 'degraded',
    checks: { auth: { ok: false, reason: 'not reachable' } }
  });
});

test('answers HEAD and OPTIONS, and refuses the rest', async () => {
  expect((await health({ method: 'HEAD' })).status).toBe(200);
  expect((await health({ method: 'OPTIONS' })).status).toBe(204);
  const response = await health({ method: 'POST' });
  expect(response.status).toBe(405);
  expect(await response.json()).toMatchObject({ code: 'method_not_allowed' });
});
