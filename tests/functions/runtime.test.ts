import { writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FunctionsStack, startFunctionsStack, token } from './stack.ts';

const SOURCES = {
  echo: `Deno.serve(async (request) => {
    const { pathname, search } = new URL(request.url);
    const headers = { 'x-own': 'yes', 'access-control-allow-origin': 'https://own.example' };
    if (request.method === 'OPTIONS') return new Response('ok', { headers });
    return Response.json({ method: request.method, pathname, search, body: await request.text(), pid: Deno.pid,
      authorization: request.headers.get('authorization') }, { status: 201, headers });
  });`,
  guarded: `Deno.serve(() => new Response('in'));`,
  environment: `Deno.serve(() => Response.json(Deno.env.toObject()));`,
  packages: `import { z } from 'npm:zod@4';
    import { createClient } from 'npm:@supabase/supabase-js@2';
    Deno.serve(() => Response.json({ n: z.number().parse(7), client: typeof createClient('http://x.test', 'k').from }));`,
  curious: `Deno.serve(async (request) => {
    const what = new URL(request.url).searchParams.get('what');
    try {
      if (what === 'read') return new Response(await Deno.readTextFile('/etc/hostname'));
      if (what === 'write') { await Deno.writeTextFile('./written', 'x'); return new Response('wrote'); }
      return new Response(String((await new Deno.Command('/bin/sh').output()).code));
    } catch (error) { return new Response(error.name, { status: 418 }); }
  });`,
  fragile: `Deno.serve((request) => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith('/exit')) Deno.exit(1);
    if (pathname.endsWith('/throw')) throw new Error('thrown');
    if (pathname.endsWith('/reject')) { Promise.reject(new Error('unhandled')); return new Promise(() => {}); }
    return new Response(String(Deno.pid));
  });`,
  broken: `this is no TypeScript`,
  silent: `console.log('serves nothing');`,
  mute: `console.log('mute was here'); Deno.exit(3);`,
  slow: `Deno.serve((request) => new URL(request.url).pathname.endsWith('/hang')
    ? new Promise(() => {}) : new Response(String(Deno.pid)));`,
  spinning: `Deno.serve((request) => { if (new URL(request.url).pathname.endsWith('/spin')) for (;;); return new Response(String(Deno.pid)); });`,
  streaming: `Deno.serve(() => new Response(new ReadableStream({ start(c) {
    c.enqueue(new TextEncoder().encode('one\\n'));
    setTimeout(() => { c.enqueue(new TextEncoder().encode('two\\n')); c.close(); }, 50);
  } }), { headers: { 'content-type': 'text/event-stream' } }));`,
  unwilling: `let asked = 0; Deno.serve(() => new Response(String(++asked), { status: 503 }));`,
  background: `Deno.serve(async (request) => {
    const url = await request.text();
    EdgeRuntime.waitUntil(fetch(url + '/later', { method: 'POST' }));
    EdgeRuntime.waitUntil(Promise.reject(new Error('in the background')));
    return new Response('at once');
  });`
};

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
  stack = await startFunctionsStack(SOURCES, { toml: TOML, timeoutMs: 2_000 });
});
afterAll(() => stack?.stop());

async function refused(response: Response): Promise<unknown> {
  const body = (await response.json()) as { code: string };
  expect(response.headers.get('sb-error-code')).toBe(body.code);
  return { status: response.status, ...body };
}

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

describe('trouble', () => {
  test.each(['exit', 'reject'])('%s: the request is told, and the next one gets a new process', async (way) => {
    const before = await (await stack.call('fragile')).text();
    expect(await refused(await stack.call(`fragile/${way}`))).toMatchObject({ status: 502, code: 'WORKER_ERROR' });
    const after = await (await stack.call('fragile')).text();
    expect(after).toMatch(/^\d+$/);
    expect(after).not.toBe(before);
  });

  test('an exception is a 500, and the process stays', async () => {
    const before = await (await stack.call('fragile')).text();
    expect((await stack.call('fragile/throw')).status).toBe(500);
    expect(await (await stack.call('fragile')).text()).toBe(before);
  });

  test.each(['broken', 'silent'])('a %s function does not start, and starts once it is mended', async (name) => {
    expect(await refused(await stack.call(name))).toMatchObject({ status: 503, code: 'BOOT_ERROR' });
    await stack.write(name, `Deno.serve(() => new Response('mended'));`);
    expect(await (await stack.call(name)).text()).toBe('mended');
  });

  test('of many at once who wait for a function that does not start, all are told, after one attempt', async () => {
    const log = await stack.logs();
    const answers = await Promise.all(Array.from({ length: 10 }, () => stack.call('mute')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    const attempts = (await stack.logs()).slice(log.length).match(/mute was here/g);
    expect(attempts).toHaveLength(1);
  });

  test('a function that hangs is answered for in time, and others of it go on', async () => {
    const before = await (await stack.call('slow')).text();
    expect(await refused(await stack.call('slow/hang'))).toMatchObject({ status: 504, code: 'IDLE_TIMEOUT' });
    expect(await (await stack.call('slow')).text()).not.toBe(before);
  });

  test('a function that computes for ever too', async () => {
    expect(await refused(await stack.call('spinning/spin'))).toMatchObject({ status: 504, code: 'IDLE_TIMEOUT' });
    expect(await (await stack.call('spinning')).text()).toMatch(/^\d+$/);
  });

  test('a caller who hangs up does not disturb it', async () => {
    const before = await (await stack.call('slow')).text();
    const { hostname, port } = new URL(stack.functions.url);
    const sent = request({ hostname, port, path: '/slow/hang' });
    sent.on('error', () => undefined);
    await new Promise<void>((resolve) => sent.end(() => resolve()));
    sent.destroy();
    expect(await (await stack.call('slow')).text()).toBe(before);
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
    const { mkdir } = await import('node:fs/promises');
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
