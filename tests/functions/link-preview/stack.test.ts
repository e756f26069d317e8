/** The function as it runs: on the stack, and its connections in Deno. */
import path from 'node:path';
import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../../../supabase/embedded/paths.ts';
import { given, type Someone, someone } from '../../storage/files.ts';
import { certificateFor } from '../../support/certificate.ts';
import { sharedStack } from '../../support/stack.ts';
import { type FunctionsStack, startFunctionsStack } from '../stack.ts';
import { Site } from './site.ts';

const certificate = certificateFor('page.example');
const site = new Site(certificate);
beforeAll(() => site.start());
afterAll(() => site.stop());
beforeEach(() => {
  site.asked.length = 0;
  site.connections = 0;
});

describe('on the stack', () => {
  const stack = sharedStack();
  const service = createClient(stack.apiUrl, stack.secretKey, { auth: { persistSession: false } });
  const address = `${stack.apiUrl}/functions/v1/link-preview`;
  let alice: Someone;
  const ask = async (url: string): Promise<unknown> => {
    const { data, error } = await alice.supabase.functions.invoke<unknown>('link-preview', { body: { url } });
    if (error) throw error as Error;
    return data;
  };

  beforeAll(async () => {
    alice = await someone(stack, 'Alice');
  });

  test('nothing inside the network is asked', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]']) {
      expect(await ask(`https://${host}:${site.port}/`)).toEqual({ preview: null });
      expect(await ask(`http://${host}/`)).toEqual({ preview: null });
    }
    expect(site.connections).toBe(0);
  });

  test('what is known is answered, and can be sent along', async () => {
    const url = 'https://known.example/page';
    const preview = { url, title: 'A page', site_name: 'Known' };
    await given(service.rpc('keep_link_preview', { url, preview }));
    expect(await ask(url)).toEqual({ preview });
  });

  test('who is not signed in is refused, whatever key they have', async () => {
    for (const apikey of [stack.publishableKey, 'sb_publishable_wrong']) {
      const headers = { apikey, 'content-type': 'application/json' };
      const response = await fetch(address, { method: 'POST', headers, body: '{"url": "https://known.example/page"}' });
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain('A page');
    }
  });

  test('who asks too often is told when to come again', async () => {
    const bob = await someone(stack, 'Bob');
    const { data } = await bob.supabase.auth.getSession();
    const headers = { apikey: stack.publishableKey, authorization: `Bearer ${data.session!.access_token}` };
    const statuses: number[] = [];
    while (!statuses.includes(429) && statuses.length < 100) {
      const response = await fetch(address, { method: 'POST', headers, body: '{"url": "https://known.example/page"}' });
      statuses.push(response.status);
      if (response.status === 429) {
        expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(await response.json()).toMatchObject({ code: 'preview_rate_limited' });
      } else await response.body?.cancel();
    }
    expect(statuses.at(-1)).toBe(429);
  });

  test('a browser may ask', async () => {
    const response = await fetch(address, {
      method: 'OPTIONS',
      headers: { origin: stack.webUrl, 'access-control-request-method': 'POST' }
    });
    expect([response.status < 300, response.headers.get('access-control-allow-origin')]).toEqual([true, '*']);
  });
});

describe('in Deno', () => {
  let functions: FunctionsStack;
  const FETCH = path.join(ROOT, 'functions/link-preview/fetch-page.ts');

  beforeAll(async () => {
    functions = await startFunctionsStack({
      fetches: `
        import { fetchPage } from ${JSON.stringify(`file://${FETCH}`)};
        Deno.serve(async (request) => {
          const { url, port, ca, timeoutMs } = await request.json();
          const judge = () => Promise.resolve({ address: '93.184.215.14', family: 4 });
          const door = () => ({ host: '127.0.0.1', port, ca });
          try {
            const { body } = await fetchPage(new URL(url), { judge, door, timeoutMs });
            return Response.json({ page: new TextDecoder().decode(body.subarray(0, 100)), length: body.length });
          } catch (error) {
            return Response.json({ error: String(error) });
          }
        });`
    });
  });
  afterAll(() => functions.stop());

  const fetches = async (url: string, timeoutMs?: number) => {
    const body = JSON.stringify({ url, port: site.port, ca: certificate.cert, timeoutMs });
    return (await functions.call('fetches', { method: 'POST', body })).json() as Promise<Record<string, unknown>>;
  };

  test('it connects to the address, and takes the certificate of the name only', async () => {
    expect(await fetches('https://page.example/a')).toMatchObject({ page: '<title>A page</title>' });
    expect(site.asked.map(({ url, headers }) => [url, headers.host])).toEqual([['/a', 'page.example']]);
    expect(await fetches('https://another.example/')).toMatchObject({
      error: expect.stringMatching(/certificate|altnames|NotValidForName/i)
    });
    expect(site.asked).toHaveLength(1);
  });

  test('it ends after the beginning of what has no end, and after the time allowed', async () => {
    const before = site.answer;
    site.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    };
    expect(await fetches('https://page.example/')).toMatchObject({ length: 512 * 1024 });
    site.answer = (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).write('<title>');
    expect(await fetches('https://page.example/', 300)).toMatchObject({ error: expect.stringContaining('Not within 300 ms') });
    site.answer = before;
  });
});
