import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SOURCES } from './sources.ts';
import { type FunctionsStack, refused, startFunctionsStack } from './stack.ts';

let stack: FunctionsStack;

beforeAll(async () => {
  stack = await startFunctionsStack(SOURCES, { timeoutMs: 2_000 });
});
afterAll(() => stack?.stop());

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
