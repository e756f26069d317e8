/** The limits of the hosted service, with its words, on a server whose clock the test turns. */
import type { RealtimeClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { HOSTED_LIMITS, type Limits, limitsSchema } from '../../supabase/embedded/realtime/limits.ts';
import { optionsFromEnvironment } from '../../supabase/embedded/realtime/options.ts';
import { Rate } from '../../supabase/embedded/realtime/rates.ts';
import { attempt, broadcasts, subscribe, systemMessages } from './listening.ts';
import { startWorld, type World } from './world.ts';

const PRIVATE = { config: { private: true } };

/** The server's clock, which stands still unless it is turned. */
let clock = 0;
const turnBucket = () => (clock += 5_000);
/** Until nothing of what was is in the average. */
const turnMinute = () => (clock += 65_000);

/** The client's own socket, which its types keep to themselves. */
function socketOf(client: RealtimeClient) {
  type Adapter = { onOpen(listener: () => void): void; onClose(listener: (event: { code: number }) => void): void };
  return (client as unknown as { socketAdapter: Adapter }).socketAdapter;
}

describe('a rate', () => {
  test('is an average over the complete buckets of the last minute', () => {
    let at = 0;
    const rate = new Rate(100, () => at);
    rate.add(900);
    expect(rate.average).toBe(0);
    expect(rate.reached).toBe(false);
    at = 5_000;
    // The real server starts with an empty bucket.
    expect(rate.average).toBe(900 / 2 / 5);
    rate.add(1_200);
    at = 10_000;
    expect(rate.average).toBe(2_100 / 3 / 5);
    expect(rate.reached).toBe(true);
    at = 24_999;
    expect(rate.average).toBe(2_100 / 5 / 5);
    expect(rate.reached).toBe(false);
    at = 65_000;
    expect(rate.average).toBe(1_200 / 12 / 5);
    at = 70_000;
    expect(rate.average).toBe(0);
  });

  test('is the same whether it is asked often or seldom', () => {
    let at = 0;
    const often = new Rate(1, () => at);
    const seldom = new Rate(1, () => at);
    for (at = 0; at < 200_000; at += 700) {
      const count = (at * 7) % 13;
      often.add(count);
      seldom.add(count);
      void often.average;
    }
    expect(often.average).toBe(seldom.average);
    at = 10_000_000;
    expect([often.average, seldom.average]).toEqual([0, 0]);
  });

  test('without a limit is never reached', () => {
    const rate = new Rate(null, () => 0);
    rate.add(1e9);
    expect([rate.reached, rate.exceededWith(1e9)]).toEqual([false, false]);
  });
});

test('limits of the project are off unless they are asked for', () => {
  expect(limitsSchema.parse({})).toMatchObject({ eventsPerSecond: null, joinsPerSecond: null, connections: null });
  const environment = { PORT: '1', DATABASE_URL: 'postgresql://a@b/c', JWT_SECRET: 'x'.repeat(32) };
  expect(optionsFromEnvironment({ ...environment, REALTIME_LIMITS: 'hosted' }).limits).toMatchObject(HOSTED_LIMITS);
  expect(optionsFromEnvironment(environment).limits).toMatchObject({ eventsPerSecond: null });
});

describe('on a server that counts', () => {
  let world: World;

  async function serve(limits: Partial<Limits>, now: (() => number) | undefined = () => clock): Promise<void> {
    // The clock is turned further than anybody may be silent.
    world = await startWorld({ now, limits: { idleMs: 1e9, emptyMs: 1e9, ...limits } });
  }

  describe('joins', () => {
    beforeAll(() => serve({ joinsPerSecond: 2 }));
    afterAll(() => world.stop());

    test('that are too many a second are refused, with the connection; new ones with 429', async () => {
      const ann = await world.person();
      const client = world.client(ann.token);
      for (let n = 0; n < 40; n += 1) await subscribe(client.channel(`topic ${n}`));
      turnBucket();
      const closed = new Promise<{ code: number }>((resolve) => socketOf(client).onClose(resolve));
      const [first] = await attempt(client.channel('one more')).first(1);
      expect(first!.error!.message).toBe('ClientJoinRateLimitReached: Too many joins per second');
      expect((await closed).code).toBe(1001);
      expect(await handshake(ann.token)).toEqual([429, { error: 'Too many joins per second' }]);
      turnMinute();
      await client.disconnect();
      expect(await handshake(ann.token)).toEqual([101, null]);
    });
  });

  describe('events', () => {
    beforeAll(() => serve({ eventsPerSecond: 1, presencePerSecond: 1, presenceCalls: 1_000 }));
    afterAll(() => world.stop());

    test('that are too many a second end the channels of those who receive them', async () => {
      const [ann, bob] = [await world.person(), await world.person()];
      const sender = world.client(ann.token).channel('busy', { config: { broadcast: { ack: true } } });
      const receiver = world.client(bob.token).channel('busy');
      const [system, inbox] = [systemMessages(receiver), broadcasts(receiver)];
      const [, statuses] = [await subscribe(sender), await subscribe(receiver)];
      // Each counts twice: as sent, and as delivered.
      for (let n = 0; n < 30; n += 1) await sender.send({ type: 'broadcast', event: 'n', payload: { n } });
      await inbox.first(30);
      turnBucket();
      await sender.send({ type: 'broadcast', event: 'n', payload: { n: 31 } });
      expect((await system.find(({ status }) => status === 'error')).message).toBe('Too many messages per second');
      await statuses.find(({ status }) => status === 'CLOSED');
    });

    test('stay out of REST too, which says so in words and headers', async () => {
      turnMinute();
      const ann = await world.person();
      const url = `${world.url.replace('ws:', 'http:').replace('/socket', '')}/api/broadcast`;
      const headers = { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' };
      const message = { topic: 'rest', event: 'a', payload: {} };
      const batch = (count: number) =>
        fetch(url, { method: 'POST', headers, body: JSON.stringify({ messages: Array(count).fill(message) }) });
      const tooMany = await batch(2);
      expect([tooMany.status, await tooMany.json()]).toEqual([
        429,
        { message: 'Too many messages to broadcast, please reduce the batch size' }
      ]);
      expect(Object.fromEntries([...tooMany.headers].filter(([name]) => name.startsWith('x-rate')))).toEqual({
        'x-rate-rolling': '0',
        'x-rate-limit': '1',
        'x-rate-limit-remaining': '1'
      });
      for (let n = 0; n < 61; n += 1) expect((await batch(1)).status).toBe(202);
      turnBucket();
      expect([
        (await batch(1)).status,
        (await fetch(`${url}/rest/events/a`, { method: 'POST', headers, body: '1' })).status
      ]).toEqual([429, 429]);
      turnMinute();
      expect((await fetch(`${url}/rest/events/a`, { method: 'POST', headers, body: '1' })).status).toBe(202);
    });

    test('of the database are left out, and the log says so', async () => {
      turnMinute();
      const ann = await world.person();
      const channel = world.client(ann.token).channel(`user:${ann.id}`, PRIVATE);
      const inbox = broadcasts(channel);
      await subscribe(channel);
      await world.sql.query(`select realtime.send('{}', 'n', $1) from generate_series(1, 60)`, [`user:${ann.id}`]);
      await inbox.first(60);
      turnBucket();
      const before = world.log.all.length;
      await world.sql.query(`select realtime.send('{}', 'late', $1)`, [`user:${ann.id}`]);
      expect(await world.log.find(({ code }) => code === 'UnableToBroadcastChanges', before)).toMatchObject({
        message: 'too_many_requests'
      });
      turnMinute();
      await world.sql.query(`select realtime.send('{}', 'again', $1)`, [`user:${ann.id}`]);
      expect((await inbox.first(61))[60]!.event).toBe('again');
    });

    test('of presence end the channel that adds to them', async () => {
      turnMinute();
      const channel = world.client((await world.person()).token).channel('present', { config: { presence: { enabled: true } } });
      const system = systemMessages(channel);
      await subscribe(channel);
      for (let n = 0; n < 40; n += 1) await channel.track({ n });
      turnBucket();
      void channel.track({ n: 'one more' });
      expect((await system.find(({ status }) => status === 'error')).message).toBe('Too many presence messages per second');
    });
  });

  describe('connections', () => {
    beforeAll(() => serve({ connections: 3, connectionsPerPerson: 2 }));
    afterAll(() => world.stop());

    test('of one person are limited, and free again when one is gone', async () => {
      const ann = await world.person();
      const anon = await world.token({ role: 'anon' });
      const tabs = [1, 2, 3].map(() => {
        const client = world.client(anon);
        // As supabase-js does: the key opens the connection, the person's token comes with the channel.
        void client.setAuth(ann.token);
        return client;
      });
      await subscribe(tabs[0]!.channel('a'));
      await subscribe(tabs[0]!.channel('b'));
      await subscribe(tabs[1]!.channel('a'));
      const third = attempt(tabs[2]!.channel('a'));
      expect((await third.first(1))[0]!.error!.message).toBe(
        'ConnectionRateLimitReached: Too many connections of one person: 2 are allowed'
      );
      await tabs[0]!.disconnect();
      await third.find(({ status }) => status === 'SUBSCRIBED');
      await Promise.all(tabs.map((tab) => tab.disconnect()));
    });

    test('of all are limited: who comes too late is refused with 429, who was let in before at the join', async () => {
      const people = await Promise.all([1, 2, 3, 4].map(() => world.person()));
      const clients = people.map(({ token }) => world.client(token));
      const late = clients[3]!;
      late.connect();
      await new Promise<void>((resolve) => socketOf(late).onOpen(() => resolve()));
      for (const client of clients.slice(0, 3)) await subscribe(client.channel('room'));
      expect((await attempt(late.channel('room')).first(1))[0]!.error!.message).toBe(
        'ConnectionRateLimitReached: Too many connected users'
      );
      expect(await handshake((await world.person()).token)).toEqual([429, { error: 'Too many connected users' }]);
      await subscribe(clients[0]!.channel('another'));
    });
  });

  describe('new tokens', () => {
    afterAll(() => world.stop());

    /** Joins with a first token, takes up the second at once, and sends the others too fast. */
    async function joinAndRenew(first: Record<string, unknown>, held: readonly string[]) {
      const ann = await world.person();
      const channel = world.client(ann.token).channel(`user:${ann.id}`, PRIVATE);
      const [system, inbox] = [systemMessages(channel), broadcasts(channel)];
      await subscribe(channel);
      const before = world.log.all.length;
      await channel.socket.setAuth(await world.token({ sub: ann.id, ...first }));
      for (const token of held) await channel.socket.setAuth(token);
      await world.log.find(({ code }) => code === 'AccessTokenRefreshThrottled', before);
      await world.sql.query(`select realtime.send('{}', 'still here', $1)`, [`user:${ann.id}`]);
      await inbox.first(1);
      expect(system.all).toEqual([]);
      return system.find(({ status }) => status === 'error');
    }

    test('that come too fast are held back, and the newest takes effect', async () => {
      await serve({ accessTokenEveryMs: 500 }, () => performance.now());
      const ofSomebodyElse = (await world.person()).token;
      expect((await joinAndRenew({ renewed: true }, [ofSomebodyElse, 'nonsense'])).message).toBe(
        'The token provided is not a valid JWT'
      );
      await world.stop();
    });

    test('take effect at once when the one before expires', async () => {
      await serve({ accessTokenEveryMs: 60_000 }, () => performance.now());
      const exp = Math.floor(Date.now() / 1000) + 2;
      expect((await joinAndRenew({ exp }, ['nonsense'])).message).toBe('The token provided is not a valid JWT');
    });
  });

  /** The answer to a request for a WebSocket: its status and what it says. */
  function handshake(token: string): Promise<[status: number, body: unknown]> {
    const socket = new WebSocket(`${world.url}/websocket?vsn=2.0.0&apikey=${token}`);
    return new Promise((resolve, reject) => {
      socket.once('open', () => {
        socket.close();
        resolve([101, null]);
      });
      socket.once('unexpected-response', (_request, response) => {
        response.on('data', (data: Buffer) => resolve([response.statusCode!, JSON.parse(data.toString())]));
      });
      socket.once('error', reject);
    });
  }
});
