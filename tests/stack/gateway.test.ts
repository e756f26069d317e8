import { once } from 'node:events';
import { connect } from 'node:net';
import { createClient } from '@supabase/supabase-js';
import { describe, expect, test } from 'vitest';
import { sharedStack } from '../support/stack.ts';

const { apiUrl, publishableKey, secretKey } = sharedStack();

const call = (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) => fetch(`${apiUrl}${path}`, init);
const withKey = (headers: Record<string, string> = {}) => ({ apikey: publishableKey, ...headers });
const post = (path: string, body: string) =>
  call(path, { method: 'POST', headers: withKey({ 'content-type': 'application/json' }), body });

describe('keys', () => {
  test('without one the answer is 401 and says where it belongs', async () => {
    const response = await call('/rest/v1/profiles');
    expect([response.status, await response.json()]).toEqual([
      401,
      { message: 'No API key found in request', hint: expect.stringContaining('apikey') }
    ]);
  });

  test('a wrong one is refused for every service that asks for one', async () => {
    for (const path of ['/rest/v1/profiles', '/auth/v1/user', '/realtime/v1/api/broadcast', '/graphql/v1']) {
      const response = await call(path, { headers: { apikey: `${publishableKey}x` } });
      expect([path, response.status, await response.json()]).toMatchObject([path, 401, { message: 'Invalid API key' }]);
    }
  });

  test('the secret key acts as service_role, from the query too, and never from a browser', async () => {
    const path = '/rest/v1/profiles?select=id&limit=1';
    expect((await call(path, { headers: { apikey: secretKey } })).status).toBe(200);
    expect((await call(`${path}&apikey=${secretKey}`)).status).toBe(200);
    expect((await call(path, { headers: { apikey: secretKey, 'user-agent': 'Mozilla/5.0 (X11)' } })).status).toBe(401);
  });

  test.each(['abc.def.ghi', 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.', ''])(
    'a token that is none (%j) is 401',
    async (token) => {
      const response = await call('/rest/v1/profiles', { headers: withKey({ authorization: `Bearer ${token}` }) });
      expect(response.status).toBe(401);
      expect(await response.json()).toHaveProperty('message');
    }
  );
});

describe('bodies', () => {
  const tenMegabytes = 'a'.repeat(10_000_000);

  test('of 10 MB are 413 in PostgREST’s error shape, with the connection whole', async () => {
    const response = await post('/rest/v1/messages', tenMegabytes);
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({
      code: 'body_too_large',
      message: expect.stringContaining('4 MiB'),
      details: null,
      hint: expect.any(String)
    });
  });

  test('of 10 MB in pieces of unknown number are no different', async () => {
    const stream = new Blob([tenMegabytes]).stream();
    const init = { method: 'POST', headers: withKey({ 'content-type': 'application/json' }), body: stream, duplex: 'half' };
    expect((await call('/rest/v1/messages', init as RequestInit & { headers: Record<string, string> })).status).toBe(413);
  });

  test('that are not JSON are 400 everywhere', async () => {
    for (const path of ['/rest/v1/messages', '/rest/v1/rpc/search_users', '/auth/v1/signup', '/realtime/v1/api/broadcast']) {
      const response = await post(path, '{"conversation_id": ');
      expect([path, response.status]).toEqual([path, 400]);
      expect(await response.json()).toBeTypeOf('object');
    }
  });

  test('that never end do not hold up anybody else', async () => {
    const { hostname, port } = new URL(apiUrl);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(`POST /rest/v1/messages HTTP/1.1\r\nHost: x\r\napikey: ${publishableKey}\r\nContent-Length: 100\r\n\r\n{`);
    expect((await call('/health')).status).toBe(200);
    socket.destroy();
  });
});

describe('paths', () => {
  test('that lead nowhere are 404, and malformed ones 400, as JSON', async () => {
    const nowhere = await call('/nowhere');
    expect([nowhere.status, await nowhere.json()]).toMatchObject([404, { code: 'path_not_found' }]);
    const malformed = await call('/rest/v1/%ZZ', { headers: withKey() });
    expect([malformed.status, await malformed.json()]).toMatchObject([400, { code: 'request_invalid' }]);
  });

  test('GraphQL says that it is not there, and what is', async () => {
    const response = await post('/graphql/v1', '{}');
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { code: 'graphql_not_offered', hint: expect.stringContaining('/rest/v1') }
    ]);
  });

  test('may be long: a filter with some hundred ids', async () => {
    const ids = Array.from({ length: 600 }, () => crypto.randomUUID());
    const { error, status } = await createClient(apiUrl, secretKey).from('profiles').select('id').in('id', ids);
    expect([error, status]).toEqual([null, 200]);
  });
});

describe('other origins', () => {
  test('a preflight is answered at once, and allows what it asks for', async () => {
    const headers = {
      origin: 'http://elsewhere',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'apikey, x-other'
    };
    const response = await call('/rest/v1/messages', { method: 'OPTIONS', headers });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(response.headers.get('access-control-allow-headers')).toBe('apikey, x-other');
  });

  test('may read counts and times to wait, of refusals as well', async () => {
    const counted = await call('/rest/v1/profiles?select=id', { headers: { apikey: secretKey, prefer: 'count=exact' } });
    expect(counted.headers.get('content-range')).toMatch(/\/\d+$/);
    for (const response of [counted, await call('/rest/v1/profiles'), await call('/nowhere')]) {
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-expose-headers')).toMatch(/Content-Range.*Retry-After/);
    }
  });
});

describe('WebSockets', () => {
  /** The status line of the answer to an upgrade request. */
  async function upgrade(path: string): Promise<string> {
    const { hostname, port } = new URL(apiUrl);
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`
    );
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return chunk.toString().split('\r\n', 1)[0]!;
  }

  test('open with a key, at one path only', async () => {
    expect(await upgrade(`/realtime/v1/websocket?apikey=${publishableKey}&vsn=1.0.0`)).toMatch(/ 101 /);
    expect(await upgrade(`/realtime/v1/websocket?apikey=wrong&vsn=1.0.0`)).toMatch(/ 401 /);
    expect(await upgrade('/realtime/v1/websocket?vsn=1.0.0')).toMatch(/ 401 /);
    expect(await upgrade(`/realtime/v1/other?apikey=${publishableKey}`)).toMatch(/ 404 /);
  });

  test.each(['//', 'http://[', '/realtime/v1/websocket?apikey=%ZZ'])(
    'a malformed path (%s) is refused, and nothing ends by it',
    async (path) => {
      expect(await upgrade(path)).toMatch(/ 40[14] /);
      expect((await call('/health')).status).toBe(200);
    }
  );
});
