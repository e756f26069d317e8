import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { broadcasts, subscribe } from './listening.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let base: string;
beforeAll(async () => {
  world = await startWorld();
  base = world.url.replace('ws:', 'http:').replace('/socket', '');
});
afterAll(() => world.stop());

const PRIVATE = { config: { private: true } };

async function post(path: string, token: string | null, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
    body: body instanceof Uint8Array || typeof body === 'string' ? (body as string) : JSON.stringify(body)
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? '' : (JSON.parse(text) as unknown) };
}

describe('one message (httpSend)', () => {
  test('reaches a room that the sender may write in', async () => {
    const [ann, bob] = [await world.person(), await world.person()];
    const room = await world.room(ann, bob);
    const channel = world.client(bob.token).channel(room, PRIVATE);
    const inbox = broadcasts(channel);
    await subscribe(channel);
    const path = `/api/broadcast/${encodeURIComponent(room)}/events/${encodeURIComponent('a b/c')}?private=true`;
    expect(await post(path, ann.token, { text: '✓' })).toEqual({ status: 202, body: '' });
    expect((await inbox.first(1))[0]).toMatchObject({ event: 'a b/c', payload: { text: '✓' } });
  });

  test('may be bytes', async () => {
    const ann = await world.person();
    const channel = world.client(ann.token).channel('open');
    const inbox = broadcasts(channel);
    await subscribe(channel);
    const bytes = Uint8Array.from([0, 255, 7]);
    expect(
      (await post('/api/broadcast/open/events/x', ann.token, bytes, { 'content-type': 'application/octet-stream' })).status
    ).toBe(202);
    expect([...new Uint8Array((await inbox.first(1))[0]!.payload as ArrayBuffer)]).toEqual([0, 255, 7]);
  });

  test('is refused where the sender may not write, without a token, or as something else', async () => {
    const [ann, eve] = [await world.person(), await world.person()];
    const room = await world.room(ann);
    expect(await post(`/api/broadcast/${room}/events/x?private=true`, eve.token, {})).toEqual({
      status: 403,
      body: { message: 'Unauthorized' }
    });
    expect(await post(`/api/broadcast/user:${ann.id}/events/x?private=true`, ann.token, {})).toMatchObject({ status: 403 });
    expect(await post(`/api/broadcast/${room}/events/x`, null, {})).toEqual({ status: 401, body: { message: 'Unauthorized' } });
    expect(await post(`/api/broadcast/${room}/events/x`, 'no.such.token', {})).toMatchObject({ status: 401 });
    expect(await post('/api/broadcast/open/events/x', ann.token, '{"unfinished')).toMatchObject({ status: 400 });
    expect(await post('/api/broadcast/open/events/x', ann.token, 'text', { 'content-type': 'text/plain' })).toEqual({
      status: 415,
      body: { error: 'Unsupported Media Type. Use application/json or application/octet-stream' }
    });
    expect(await post('/api/broadcast/open/events/x', ann.token, { text: 'x'.repeat(3_000_500) })).toMatchObject({ status: 422 });
    expect(await post('/api/broadcast/open/events/x', ann.token, 'x'.repeat(5_000_001))).toMatchObject({ status: 413 });
  });
});

describe('a batch', () => {
  test('reaches open and private topics, and leaves out what may not be sent', async () => {
    const [ann, bob] = [await world.person(), await world.person()];
    const [room, foreign] = [await world.room(ann, bob), await world.room(bob)];
    const client = world.client(bob.token);
    const channels = [client.channel(room, PRIVATE), client.channel(foreign, PRIVATE), world.client(bob.token).channel('open')];
    const [inRoom, inForeign, inOpen] = channels.map((channel) => broadcasts(channel));
    await Promise.all(channels.map((channel) => subscribe(channel)));
    const messages = [
      { topic: foreign, event: 'x', payload: { n: 1 }, private: true },
      { topic: room, event: 'x', payload: { n: 2 }, private: true, id: 'chosen' },
      { topic: 'open', event: 'x', payload: { n: 3 } }
    ];
    expect(await post('/api/broadcast', ann.token, { messages })).toEqual({ status: 202, body: '' });
    expect((await inRoom!.first(1))[0]).toMatchObject({ payload: { n: 2 }, meta: { id: 'chosen' } });
    expect((await inOpen!.first(1))[0]).toMatchObject({ event: 'x', payload: { n: 3 } });
    await post('/api/broadcast', bob.token, { messages: [{ topic: foreign, event: 'x', payload: { n: 4 }, private: true }] });
    expect((await inForeign!.first(1))[0]).toMatchObject({ payload: { n: 4 } });
  });

  test('that is wrong says where', async () => {
    const ann = await world.person();
    const wrong = {
      messages: [
        { topic: 'a', event: 'b', payload: {} },
        { topic: '', payload: 7 }
      ]
    };
    expect(await post('/api/broadcast', ann.token, wrong)).toEqual({
      status: 422,
      body: { errors: { messages: [{}, { topic: ["can't be blank"], event: ["can't be blank"], payload: ['is invalid'] }] } }
    });
    for (const body of [{}, { messages: [] }, { messages: 7 }, []]) {
      expect(await post('/api/broadcast', ann.token, body)).toMatchObject({ status: 422 });
    }
    expect(await post('/api/broadcast', null, wrong)).toMatchObject({ status: 401 });
  });
});

test('the server says how it is', async () => {
  const response = await fetch(`${base}/healthz`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ replication: { streaming: true } });
  expect((await fetch(`${base}/nothing`)).status).toBe(404);
});
