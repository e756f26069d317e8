/** Realtime as the unmodified supabase-js reaches it: through the gateway, with the project's keys. */
import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { broadcasts, subscribe } from './listening.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack?.stop());

const get = (path: string, headers: Record<string, string>) => fetch(`${stack.apiUrl}/realtime/v1${path}`, { headers });

describe('a client', () => {
  test('with the publishable key hears on a public channel what one with the secret key sends', async () => {
    const [anybody, server] = [createClient(stack.apiUrl, stack.publishableKey), createClient(stack.apiUrl, stack.secretKey)];
    const channel = anybody.channel('open');
    const inbox = broadcasts(channel);
    await subscribe(channel);
    const sender = server.channel('open');
    await subscribe(sender);
    await sender.send({ type: 'broadcast', event: 'by socket', payload: {} });
    expect(await server.channel('open').httpSend('by REST', { n: 1 })).toEqual({ success: true });
    expect((await inbox.first(2)).map(({ event }) => event)).toEqual(['by socket', 'by REST']);
    await Promise.all([anybody.removeAllChannels(), server.removeAllChannels()]);
  });

  test('with the secret key joins any private channel, with the publishable one none', async () => {
    const [anybody, server] = [createClient(stack.apiUrl, stack.publishableKey), createClient(stack.apiUrl, stack.secretKey)];
    const config = { private: true };
    await subscribe(server.channel('user:anybody', { config }));
    await expect(subscribe(anybody.channel('user:anybody', { config }))).rejects.toThrow(
      /^Unauthorized: You do not have permissions/
    );
    await Promise.all([anybody.removeAllChannels(), server.removeAllChannels()]);
  });

  test('with a key that is none is not let in', async () => {
    const socket = new WebSocket(
      `${stack.apiUrl.replace('http', 'ws')}/realtime/v1/websocket?apikey=sb_publishable_nonsense&vsn=2.0.0`
    );
    const status = await new Promise((resolve) =>
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode))
    );
    expect(status).toBe(401);
  });
});

test('answers a ping', async () => {
  const response = await get('/api/ping', { apikey: stack.publishableKey });
  expect([response.status, await response.json()]).toEqual([200, { message: 'Success' }]);
});

test("tells the tenant's health to who has a key", async () => {
  const response = await get('/api/tenants/realtime-dev/health', { apikey: stack.publishableKey });
  expect([response.status, await response.json()]).toEqual([
    200,
    {
      data: {
        healthy: true,
        db_connected: true,
        replication_connected: true,
        connected_cluster: expect.any(Number),
        region: null,
        node: 'embedded'
      }
    }
  ]);
  expect((await get('/api/tenants/realtime-dev/health', {})).status).toBe(401);
});

test('tells its figures to who has the secret key, also as a scraper sends it', async () => {
  expect((await get('/metrics', { apikey: stack.publishableKey })).status).toBe(403);
  expect((await get('/metrics', { apikey: stack.secretKey })).status).toBe(200);
  const response = await get(`/metrics?apikey=${stack.secretKey}`, {});
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(await response.text()).toMatch(/^realtime_replication_streaming 1$/m);
});
