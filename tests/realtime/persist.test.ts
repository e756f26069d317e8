/** Broadcasts that their senders have stored for replay (`persist`), by WebSocket and by REST. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsePersist } from '../../supabase/embedded/realtime/protocol/persist.ts';
import { broadcasts, subscribe } from './listening.ts';
import { type Person, startWorld, type World } from './world.ts';

let world: World;
let ann: Person;
let bob: Person;
let room: string;

const ACKNOWLEDGED = { config: { private: true, broadcast: { ack: true } } };
const sinceEver = { config: { private: true, broadcast: { replay: { since: 0 } } } };

interface Stored {
  id: string;
  event: string;
  payload: unknown;
  binary_payload: Buffer | null;
  seconds: number | null;
}

const stored = async (topic: string) =>
  (
    await world.admin.query<Stored>(
      `select id, event, payload, binary_payload, round(extract(epoch from expires_at - inserted_at))::int as seconds
       from realtime.messages where topic = $1 and skip_broadcast and private and extension = 'broadcast' order by inserted_at`,
      [topic]
    )
  ).rows;

beforeAll(async () => {
  world = await startWorld();
  [ann, bob] = [await world.person(), await world.person()];
  room = await world.room(ann, bob);
  await world.sql.query(
    `create policy nothing_is_stored_here on realtime.messages as restrictive for insert to authenticated
     with check (extension <> 'persistence' or realtime.topic() not like 'room:forgetful%')`
  );
});
afterAll(() => world.stop());

test('what may be asked for', () => {
  expect([undefined, null, false, 'yes', 7].map((wish) => parsePersist(wish, 60))).toEqual([null, null, null, null, null]);
  expect([true, {}, { ttl: null }].map((wish) => parsePersist(wish, 60))).toEqual(Array(3).fill({ ttlSeconds: null }));
  expect([{ ttl: 1 }, { ttl: 60 }].map((wish) => parsePersist(wish, 60))).toEqual([{ ttlSeconds: 1 }, { ttlSeconds: 60 }]);
  expect([{ ttl: 0 }, { ttl: 61 }, { ttl: 1.5 }, { ttl: '5' }].map((wish) => parsePersist(wish, 60))).toEqual(
    Array(4).fill(undefined)
  );
});

describe('by WebSocket', () => {
  test('a message is delivered once, stored, and replayed to who comes later', async () => {
    const sender = world.client(ann.token).channel(room, ACKNOWLEDGED);
    const receiver = world.client(bob.token).channel(room, { config: { private: true } });
    const live = broadcasts(receiver);
    await Promise.all([subscribe(sender), subscribe(receiver)]);
    const before = Date.now();
    expect(await sender.send({ type: 'broadcast', event: 'note', payload: { n: 1 }, persist: true })).toBe('ok');
    expect(await sender.send({ type: 'broadcast', event: 'note', payload: { n: 2 }, persist: { ttl: 60 } })).toBe('ok');
    const bytes = new Uint8Array([1, 2, 3]);
    expect(await sender.send({ type: 'broadcast', event: 'bytes', payload: bytes.buffer, persist: true })).toBe('ok');
    expect(await sender.send({ type: 'broadcast', event: 'note', payload: { n: 3 } })).toBe('ok');
    // The answer came when it was stored.
    const rows = await stored(room);
    expect(rows.map(({ event, payload, seconds }) => ({ event, payload, seconds }))).toEqual([
      { event: 'note', payload: { n: 1 }, seconds: null },
      { event: 'note', payload: { n: 2 }, seconds: 60 },
      { event: 'bytes', payload: null, seconds: null }
    ]);
    expect(rows[2]!.binary_payload).toEqual(Buffer.from(bytes));

    const late = world
      .client(bob.token)
      .channel(room, { config: { private: true, broadcast: { replay: { since: before - 1_000 } } } });
    const replayed = broadcasts(late);
    await subscribe(late);
    expect((await replayed.first(3)).map(({ meta }) => meta)).toEqual(rows.map(({ id }) => ({ id, replayed: true })));
    // Had the stream brought what was stored, it would have come before this.
    await world.sql.query(`select realtime.send('{}', 'last', $1)`, [room]);
    await live.find(({ event }) => event === 'last');
    expect(live.all.map(({ event, meta }) => [event, meta === undefined])).toEqual([
      ['note', true],
      ['note', true],
      ['bytes', true],
      ['note', true],
      ['last', false]
    ]);
  });

  test('what has expired is not replayed', async () => {
    const other = await world.room(ann);
    const sender = world.client(ann.token).channel(other, ACKNOWLEDGED);
    await subscribe(sender);
    for (const n of [1, 2]) await sender.send({ type: 'broadcast', event: 'note', payload: { n }, persist: { ttl: 60 } });
    await world.admin.query(
      `update realtime.messages set expires_at = inserted_at - interval '1 second' where topic = $1 and payload ->> 'n' = '1'`,
      [other]
    );
    const late = world.client(ann.token).channel(other, sinceEver);
    const replayed = broadcasts(late);
    await subscribe(late);
    expect((await replayed.first(1))[0]!.payload).toEqual({ n: 2 });
  });

  test('a time that is none is refused with its code, and nothing is sent', async () => {
    const sender = world.client(ann.token).channel(room, ACKNOWLEDGED);
    const receiver = world.client(bob.token).channel(room, { config: { private: true } });
    const live = broadcasts(receiver);
    await Promise.all([subscribe(sender), subscribe(receiver)]);
    expect(await sender.send({ type: 'broadcast', event: 'never', payload: {}, persist: { ttl: -1 } })).toBe(
      'invalid_persist_ttl'
    );
    await sender.send({ type: 'broadcast', event: 'next', payload: {} });
    expect((await live.first(1))[0]!.event).toBe('next');
  });

  test('without the right to it, it is sent and not stored', async () => {
    const topic = 'room:forgetful';
    await world.sql.query(`insert into room_members values ('forgetful', $1), ('forgetful', $2)`, [ann.id, bob.id]);
    const sender = world.client(ann.token).channel(topic, ACKNOWLEDGED);
    const receiver = world.client(bob.token).channel(topic, { config: { private: true } });
    const live = broadcasts(receiver);
    await Promise.all([subscribe(sender), subscribe(receiver)]);
    expect(await sender.send({ type: 'broadcast', event: 'note', payload: {}, persist: true })).toBe('ok');
    await live.first(1);
    expect(await stored(topic)).toEqual([]);
  });
});

describe('by REST', () => {
  const post = (topic: string, query: string, body = '{"n": 1}') =>
    fetch(`${world.url.replace('ws:', 'http:').replace('/socket', '')}/api/broadcast/${topic}/events/note?${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' },
      body
    });

  test('a message is stored too', async () => {
    const other = await world.room(ann);
    const channel = world.client(ann.token).channel(other, { config: { private: true } });
    const inbox = broadcasts(channel);
    await subscribe(channel);
    expect((await post(other, 'private=true&persist=true')).status).toBe(202);
    expect((await post(other, 'private=true&persist[ttl]=90', '{"n": 2}')).status).toBe(202);
    expect((await post(other, 'private=true', '{"n": 3}')).status).toBe(202);
    await inbox.first(3);
    // Storing is not waited for by the answer, and two may overtake each other.
    await expect.poll(async () => new Set((await stored(other)).map(({ seconds }) => seconds))).toEqual(new Set([null, 90]));
  });

  test('it is refused on a public topic, and for a time that is none', async () => {
    const open = await post('open', 'persist=true');
    expect([open.status, await open.json()]).toEqual([422, { errors: { persist: ['can only be used on private channels'] } }]);
    for (const ttl of ['0', 'soon', '259201']) {
      const wrong = await post(room, `private=true&persist[ttl]=${ttl}`);
      expect([wrong.status, await wrong.json()]).toEqual([
        422,
        { errors: { persist: ['ttl must be a positive integer of seconds from 1 to 259200'] } }
      ]);
    }
  });
});
