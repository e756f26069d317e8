import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attempt, broadcasts, subscribe, systemMessages } from './listening.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const PRIVATE = { config: { private: true } };
const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

describe('a token', () => {
  test('that expires closes the channel with the real words', async () => {
    const ann = await world.person({ exp: secondsFromNow(3) });
    const channel = world.client(ann.token).channel(`user:${ann.id}`, PRIVATE);
    const system = systemMessages(channel);
    const statuses = await subscribe(channel);
    expect(await system.first(1)).toMatchObject([
      {
        status: 'error',
        channel: `user:${ann.id}`,
        message: expect.stringMatching(/^Token has expired \d seconds ago$/) as string
      }
    ]);
    await statuses.find(({ status }) => status === 'CLOSED');
  });

  test('that is renewed in time keeps the channel', async () => {
    const ann = await world.person({ exp: secondsFromNow(3) });
    const client = world.client(ann.token);
    const channel = client.channel(`user:${ann.id}`, PRIVATE);
    const inbox = broadcasts(channel);
    await subscribe(channel);
    await client.setAuth(await world.token({ sub: ann.id }));
    // Another channel under the old token shows when that one has ended.
    const other = world.client(ann.token).channel(`user:${ann.id}`, PRIVATE);
    const otherSystem = systemMessages(other);
    await subscribe(other);
    await otherSystem.first(1);
    await world.sql.query(`select realtime.send('{"n": 1}', 'message', $1)`, [`user:${ann.id}`]);
    expect((await inbox.first(1))[0]!.payload.n).toBe(1);
  });

  test('of somebody else closes the channel', async () => {
    const [ann, eve] = [await world.person(), await world.person()];
    const client = world.client(ann.token);
    const channel = client.channel(`user:${ann.id}`, PRIVATE);
    const [system, inbox] = [systemMessages(channel), broadcasts(channel)];
    const statuses = await subscribe(channel);
    await client.setAuth(eve.token);
    expect((await system.first(1))[0]!.message).toBe(
      `You do not have permissions to read from this Channel topic: user:${ann.id}`
    );
    await statuses.find(({ status }) => status === 'CLOSED');
    await world.sql.query(`select realtime.send('{"n": 1}', 'message', $1)`, [`user:${ann.id}`]);
    await subscribe(world.client(ann.token).channel(`user:${ann.id}`, PRIVATE));
    expect(inbox.all).toEqual([]);
  });

  test('with which one was removed meanwhile closes the channel when it is renewed', async () => {
    const [ann, bob] = [await world.person(), await world.person()];
    const room = await world.room(ann, bob);
    const client = world.client(bob.token);
    const channel = client.channel(room, PRIVATE);
    const system = systemMessages(channel);
    await subscribe(channel);
    await world.sql.query('delete from room_members where user_id = $1', [bob.id]);
    await client.setAuth(await world.token({ sub: bob.id, renewed: true }));
    expect((await system.first(1))[0]!.message).toMatch(/^You do not have permissions to read/);
  });

  test('that takes away one of two rights to read closes the channel with other words', async () => {
    await world.sql.query(`create policy by_claim on realtime.messages for select to authenticated
      using (realtime.topic() = 'both' and (extension = 'broadcast' or auth.jwt() ->> 'sees' = 'presence'))`);
    const ann = await world.person({ sees: 'presence' });
    const client = world.client(ann.token);
    const channel = client.channel('both', { config: { private: true, presence: { enabled: true, key: 'ann' } } });
    const system = systemMessages(channel);
    await subscribe(channel);
    await client.setAuth(await world.token({ sub: ann.id }));
    expect((await system.first(1))[0]!.message).toBe('You no longer have permission to read from this Channel topic: both');
  });

  test('that is not one closes the channel', async () => {
    const ann = await world.person();
    const client = world.client(ann.token);
    const channel = client.channel(`user:${ann.id}`, PRIVATE);
    const system = systemMessages(channel);
    await subscribe(channel);
    await client.setAuth('not.a.token');
    expect((await system.first(1))[0]!.message).toBe('The token provided is not a valid JWT');
  });

  test('also decides what may be sent, anew after each change', async () => {
    const [ann, bob] = [await world.person(), await world.person()];
    const room = await world.room(ann, bob);
    await world.sql.query(
      `create policy readers on realtime.messages for select to authenticated using (auth.jwt() ->> 'reads' = realtime.topic())`
    );
    const config = { config: { private: true, broadcast: { ack: true } } };
    const reader = await world.person({ reads: room });
    const client = world.client(reader.token);
    const channel = client.channel(room, config);
    await subscribe(channel);
    const say = () => channel.send({ type: 'broadcast', event: 'x', payload: {} });
    expect(await say()).toBe('error');
    await world.sql.query('insert into room_members values ($1, $2)', [room.slice(5), reader.id]);
    expect(await say()).toBe('error');
    await client.setAuth(await world.token({ sub: reader.id, reads: room, renewed: true }));
    expect(await say()).toBe('ok');
  });
});

describe('joining with a token', () => {
  test.each([
    ['expired', () => ({ exp: secondsFromNow(-100) }), /^InvalidJWTToken: Token has expired 10\d seconds ago$/],
    ['without a role', () => ({ role: undefined }), /^InvalidJWTToken: Fields `role` and `exp` are required in JWT$/]
  ])('that is %s is refused', async (_name, claims, words) => {
    const ann = await world.person();
    const client = world.client(ann.token);
    await client.setAuth(await world.token({ sub: ann.id, ...claims() }));
    const [first] = await attempt(client.channel('open')).first(1);
    expect(first!.error!.message).toMatch(words);
  });

  test('signed by others is refused', async () => {
    const ann = await world.person();
    const client = world.client(ann.token);
    await client.setAuth(`${ann.token.slice(0, -3)}AAA`);
    const [first] = await attempt(client.channel('open')).first(1);
    expect(first!.error!.message).toBe('JwtSignatureError: Failed to validate JWT signature');
  });
});

describe('connecting', () => {
  const connect = async (query: string, path = '/socket/websocket') => {
    const headers = {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ=='
    };
    return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
      request(`${world.url.replace('ws:', 'http:').replace('/socket', '')}${path}?${query}`, { headers }, (response) => {
        let text = '';
        response.on('data', (part: Buffer) => (text += part.toString()));
        response.on('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text) as unknown }));
      })
        .on('upgrade', (_response, socket) => {
          socket.destroy();
          resolve({ status: 101, body: null });
        })
        .on('error', reject)
        .end();
    });
  };

  test('works with a key of the project', async () => {
    expect(await connect(`apikey=${await world.token({ role: 'anon' })}`)).toEqual({ status: 101, body: null });
  });

  test('is refused in plain HTTP otherwise', async () => {
    const good = await world.token({ role: 'anon' });
    expect(await connect('vsn=1.0.0')).toEqual({ status: 401, body: { error: 'API key is missing' } });
    expect(await connect('apikey=abc')).toEqual({ status: 401, body: { error: 'The token provided is not a valid JWT' } });
    expect(await connect(`apikey=${good.slice(0, -3)}AAA`)).toEqual({
      status: 401,
      body: { error: 'Failed to validate JWT signature' }
    });
    expect(await connect(`apikey=${await world.token({ exp: secondsFromNow(-1) })}`)).toEqual({
      status: 401,
      body: { error: 'Token has expired' }
    });
    expect(await connect(`apikey=${await world.token({ role: undefined })}`)).toEqual({
      status: 401,
      body: { error: 'Fields `role` and `exp` are required in JWT' }
    });
    expect(await connect(`apikey=${good}&vsn=9`)).toMatchObject({ status: 400 });
    expect(await connect(`apikey=${good}`, '/elsewhere')).toMatchObject({ status: 404 });
  });
});
