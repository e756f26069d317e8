import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SOURCES } from './sources.ts';
import { type FunctionsStack, refused, startFunctionsStack, token } from './stack.ts';

const TOML = `
[functions.guarded]
entrypoint = "../functions/guarded/index.ts"
[functions.off]
enabled = false
[edge_runtime.secrets]
OWN = "secret"
SUPABASE_URL = "http://elsewhere"
`;

let stack: FunctionsStack;

beforeAll(async () => {
  stack = await startFunctionsStack(SOURCES, { toml: TOML });
});
afterAll(() => stack?.stop());

describe('a request', () => {
  test('reaches the function as it is, and the answer comes back as it is', async () => {
    const response = await stack.call('echo/a/b?c=d', {
      method: 'POST',
      body: '{"x":1}',
      headers: { authorization: 'Bearer me' }
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-own')).toBe('yes');
    expect(await response.json()).toMatchObject({
      method: 'POST',
      pathname: '/echo/a/b',
      search: '?c=d',
      body: '{"x":1}',
      authorization: 'Bearer me'
    });
  });

  test.each(['GET', 'PUT', 'PATCH', 'DELETE'])('may be a %s', async (method) => {
    expect(await (await stack.call('echo', { method })).json()).toMatchObject({ method, pathname: '/echo' });
  });

  test('is made once, even when the answer is that it is not a good time', async () => {
    const response = await stack.call('unwilling');
    expect([response.status, await response.text()]).toEqual([503, '1']);
  });

  test('for CORS is the function’s own affair', async () => {
    const response = await stack.call('echo', { method: 'OPTIONS' });
    expect(await response.text()).toBe('ok');
    expect(response.headers.get('access-control-allow-origin')).toBe('https://own.example');
  });

  test('may carry and bring megabytes', async () => {
    const body = 'x'.repeat(3 * 1024 * 1024);
    expect(((await (await stack.call('echo', { method: 'POST', body })).json()) as { body: string }).body).toHaveLength(
      body.length
    );
  });

  test('is answered in pieces as they come', async () => {
    const reader = (await stack.call('streaming')).body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('one\n');
    expect((await reader.read()).value).toBe('two\n');
  });

  test('of many at once starts one process', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => stack.call('slow').then((response) => response.text())));
    expect(new Set(answers).size).toBe(1);
  });

  test.each(['nothing', 'off', '', 'constructor', '__proto__', '..%2fecho'])('for %j finds no function', async (name) => {
    expect(await refused(await stack.call(name))).toEqual({
      status: 404,
      code: 'NOT_FOUND',
      message: 'Requested function was not found'
    });
  });
});

describe('verify_jwt', () => {
  const guarded = (authorization?: string) => stack.call('guarded', authorization ? { headers: { authorization } } : {});

  test('lets in who has a token of this project', async () => {
    for (const claims of [{ role: 'anon' }, { role: 'authenticated', sub: 'x' }]) {
      expect(await (await guarded(`Bearer ${await token(claims)}`)).text()).toBe('in');
    }
  });

  test('refuses everyone else', async () => {
    expect(await refused(await guarded())).toMatchObject({ status: 401, code: 'UNAUTHORIZED_NO_AUTH_HEADER' });
    for (const bearer of [
      'Bearer x',
      'nonsense',
      `Bearer ${await token({ role: 'anon' }, 'another-secret-of-thirty-two-characters')}`
    ]) {
      expect(await refused(await guarded(bearer))).toMatchObject({ status: 401, code: 'UNAUTHORIZED_INVALID_JWT' });
    }
  });
});

describe('a function', () => {
  test('finds the project and its secrets in its environment, and nothing of ours', async () => {
    const found = (await (await stack.call('environment')).json()) as Record<string, string>;
    expect(found).toMatchObject({ SUPABASE_URL: 'http://127.0.0.1:1', OWN: 'secret' });
    // Deno puts a PATH of its own there.
    const ours = Object.keys(process.env).filter((name) => !['PATH', 'TMPDIR', 'TEMP', 'NO_COLOR'].includes(name));
    expect(Object.keys(found).filter((name) => ours.includes(name))).toEqual([]);
    expect(found['PATH']).not.toContain(process.env['PATH']);
  });

  test('imports packages without a network', async () => {
    expect(await (await stack.call('packages')).json()).toEqual({ n: 7, client: 'function' });
  });

  test.each(['read', 'write', 'run'])('may not %s', async (what) => {
    const response = await stack.call(`curious?what=${what}`);
    expect([response.status, await response.text()]).toEqual([418, 'NotCapable']);
  });

  test('goes on after its answer with what it was told to wait for', async () => {
    const server = createServer();
    const called = new Promise<string>((resolve) => {
      server.on('request', (incoming, response) => {
        resolve(incoming.url!);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const response = await stack.call('background', { method: 'POST', body: `http://127.0.0.1:${port}` });
    expect(await response.text()).toBe('at once');
    expect(await called).toBe('/later');
    server.close();
    expect((await stack.call('background', { method: 'POST', body: 'http://127.0.0.1:1' })).status).toBe(200);
    expect(await stack.logs()).toContain('in the background');
  });
});

test('a change is served after reload, and what is under way comes to its end', async () => {
  await stack.call('slow');
  const streaming = await stack.call('streaming');
  await stack.write('guarded', `Deno.serve(() => new Response('changed'));`);
  stack.functions.reload();
  const authorization = `Bearer ${await token({ role: 'anon' })}`;
  expect(await (await stack.call('guarded', { headers: { authorization } })).text()).toBe('changed');
  expect(await streaming.text()).toBe('one\ntwo\n');
});

test('secrets come from supabase/functions/.env too', async () => {
  const other = await startFunctionsStack({ environment: SOURCES.environment });
  try {
    await mkdir(path.join(other.root, 'supabase', 'functions'), { recursive: true });
    await writeFile(path.join(other.root, 'supabase', 'functions', '.env'), 'FROM_FILE="x y"\nSUPABASE_URL=http://elsewhere\n');
    other.functions.reload();
    expect(await (await other.call('environment')).json()).toMatchObject({
      FROM_FILE: 'x y',
      SUPABASE_URL: 'http://127.0.0.1:1'
    });
  } finally {
    await other.stop();
  }
});

test('stop leaves no process behind, not even one that was busy when it was replaced', async () => {
  const other = await startFunctionsStack({ slow: SOURCES.slow });
  const first = Number(await (await other.call('slow')).text());
  const hanging = other.call('slow/hang').catch((error: Error) => error);
  await other.call('slow');
  other.functions.reload();
  const second = Number(await (await other.call('slow')).text());
  expect(second).not.toBe(first);
  for (const pid of [first, second]) expect(process.kill(pid, 0)).toBe(true);
  await other.stop();
  for (const pid of [first, second]) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await hanging;
});
