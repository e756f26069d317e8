import { RealtimeClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRealtime } from '../../supabase/embedded/realtime/server.ts';
import { attempt, broadcasts, subscribe, systemMessages } from './listening.ts';
import { JWT_SECRET, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const PRIVATE = { config: { private: true } };

describe('messages from the database', () => {
  test('reach whoever may read the topic, in commit order', async () => {
    const ann = await world.person();
    const channel = world.client(ann.token).channel(`user:${ann.id}`, PRIVATE);
    const inbox = broadcasts(channel);
    await subscribe(channel);
    for (let n = 1; n <= 50; n += 1) {
      await world.sql.query(`select realtime.send(jsonb_build_object('n', $1::int), 'message', $2)`, [n, `user:${ann.id}`]);
    }
    const got = await inbox.first(50);
    expect(got.map(({ payload }) => payload.n)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(got[0]).toMatchObject({ type: 'broadcast', event: 'message' });
    expect(got[0]!.payload.id).toBe(got[0]!.meta!.id);
  });

  test('of one transaction come together, of a rolled back one not at all', async () => {
    const ann = await world.person();
    const channel = world.client(ann.token).channel(`user:${ann.id}`, PRIVATE);
    const inbox = broadcasts(channel);
    await subscribe(channel);
    const client = await world.sql.connect();
    const send = (n: number) =>
      client.query(`select realtime.send(jsonb_build_object('n', $1::int), 'message', $2)`, [n, `user:${ann.id}`]);
    await client.query('begin');
    await send(1);
    await client.query('rollback');
    await client.query('begin');
    await send(2);
    await send(3);
    await client.query('commit');
    client.release();
    expect((await inbox.first(2)).map(({ payload }) => payload.n)).toEqual([2, 3]);
  });

  test('carry a changed row from a trigger with broadcast_changes', async () => {
    const ann = await world.person();
    await world.sql.query(`
      create table public.notes (id int primary key, body text);
      create function public.tg_notes() returns trigger language plpgsql security definer set search_path = '' as $$
      begin
        perform realtime.broadcast_changes('user:${ann.id}', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
        return null;
      end $$;
      create trigger notes after insert or update or delete on public.notes for each row execute function public.tg_notes();`);
    const channel = world.client(ann.token).channel(`user:${ann.id}`, PRIVATE);
    const inbox = broadcasts(channel);
    await subscribe(channel);
    await world.sql.query(`insert into notes values (1, 'a'); update notes set body = 'b'; delete from notes;`);
    const [insert, update, remove] = await inbox.first(3);
    const row = (body: string) => ({ id: 1, body });
    const common = { table: 'notes', schema: 'public' };
    expect(insert).toMatchObject({
      event: 'INSERT',
      payload: { ...common, operation: 'INSERT', record: row('a'), old_record: null }
    });
    expect(update).toMatchObject({ event: 'UPDATE', payload: { ...common, record: row('b'), old_record: row('a') } });
    expect(remove).toMatchObject({ event: 'DELETE', payload: { ...common, record: null, old_record: row('b') } });
  });

  test('reach both tabs of one person, each once', async () => {
    const ann = await world.person();
    const tabs = [1, 2].map(() => world.client(ann.token).channel(`user:${ann.id}`, PRIVATE));
    const inboxes = tabs.map((tab) => broadcasts(tab));
    await Promise.all(tabs.map((tab) => subscribe(tab)));
    for (const n of [1, 2, 3]) await world.sql.query(`select realtime.send($1, 'message', $2)`, [{ n }, `user:${ann.id}`]);
    for (const inbox of inboxes) {
      await inbox.find(({ payload }) => payload.n === 3);
      expect(inbox.all.map(({ payload }) => payload.n)).toEqual([1, 2, 3]);
    }
  });

  test('may be bytes, for clients of protocol 2', async () => {
    const ann = await world.person();
    const channel = world.client(ann.token).channel(`user:${ann.id}`, PRIVATE);
    const inbox = broadcasts(channel);
    await subscribe(channel);
    await world.sql.query(`select realtime.send_binary('\\x00ff10'::bytea, 'bytes', $1)`, [`user:${ann.id}`]);
    const [got] = await inbox.first(1);
    expect([...new Uint8Array(got!.payload as ArrayBuffer)]).toEqual([0, 255, 16]);
  });

  test('reach clients of protocol 1 as well', async () => {
    const ann = await world.person();
    const channel = world.client(ann.token, { vsn: '1.0.0' }).channel(`user:${ann.id}`, PRIVATE);
    const inbox = broadcasts(channel);
    await subscribe(channel);
    await world.sql.query(`select realtime.send('{"text": "grüß dich ✓"}', 'message', $1)`, [`user:${ann.id}`]);
    expect((await inbox.first(1))[0]).toMatchObject({ event: 'message', payload: { text: 'grüß dich ✓' } });
  });

  test('on a public topic do not reach the private one of the same name', async () => {
    const ann = await world.person();
    const topic = `user:${ann.id}`;
    const hidden = world.client(ann.token).channel(topic, PRIVATE);
    const open = world.client(ann.token).channel(topic);
    const [hiddenInbox, openInbox] = [broadcasts(hidden), broadcasts(open)];
    await Promise.all([subscribe(hidden), subscribe(open)]);
    await world.sql.query(
      `select realtime.send('{"n": 1}', 'message', $1, false), realtime.send('{"n": 2}', 'message', $1, true)`,
      [topic]
    );
    expect((await hiddenInbox.first(1))[0]!.payload.n).toBe(2);
    expect((await openInbox.first(1))[0]!.payload.n).toBe(1);
    expect([hiddenInbox.all.length, openInbox.all.length]).toEqual([1, 1]);
  });
});

describe('who may not read', () => {
  test('is refused with the real words', async () => {
    const [ann, eve] = [await world.person(), await world.person()];
    const statuses = attempt(world.client(eve.token).channel(`user:${ann.id}`, PRIVATE));
    const [first] = await statuses.first(1);
    expect(first!.status).toBe('CHANNEL_ERROR');
    expect(first!.error!.message).toBe(
      `Unauthorized: You do not have permissions to read from this Channel topic: user:${ann.id}`
    );
  });

  test('hears nothing on the socket, although another of its channels is joined', async () => {
    const [ann, eve] = [await world.person(), await world.person()];
    const client = world.client(eve.token);
    const own = client.channel(`user:${eve.id}`, PRIVATE);
    const foreign = client.channel(`user:${ann.id}`, PRIVATE);
    const inbox = broadcasts(own);
    const foreignInbox = broadcasts(foreign);
    await subscribe(own);
    await attempt(foreign).first(1);
    await world.sql.query(`select realtime.send('{"n": 1}', 'message', $1), realtime.send('{"n": 2}', 'message', $2)`, [
      `user:${ann.id}`,
      `user:${eve.id}`
    ]);
    expect((await inbox.first(1))[0]!.payload.n).toBe(2);
    expect(foreignInbox.all).toEqual([]);
  });

  test('is refused as a visitor without an account', async () => {
    const anon = await world.token({ role: 'anon' });
    const [first] = await attempt(world.client(anon).channel('user:x', PRIVATE)).first(1);
    expect(first!.error!.message).toMatch(/^Unauthorized: /);
  });

  test('learns of a policy that is broken', async () => {
    await world.sql.query(`create policy broken on realtime.messages for select to authenticated
      using (case when realtime.topic() = 'broken' then 1 / (length(topic) - 6) = 1 else false end)`);
    const ann = await world.person();
    const [first] = await attempt(world.client(ann.token).channel('broken', PRIVATE)).first(1);
    expect(first!.error!.message).toBe('RlsPolicyError: division by zero');
    await world.sql.query('drop policy broken on realtime.messages');
  });

  test('but service_role may read everything', async () => {
    const service = await world.token({ role: 'service_role' });
    await subscribe(world.client(service).channel('user:anybody', PRIVATE));
  });
});

describe('sending', () => {
  test('between two members of a room works, to others only, and is acknowledged', async () => {
    const [ann, bob] = [await world.person(), await world.person()];
    const room = await world.room(ann, bob);
    const config = { config: { private: true, broadcast: { ack: true } } };
    const [mine, theirs] = [world.client(ann.token).channel(room, config), world.client(bob.token).channel(room, config)];
    const [own, other] = [broadcasts(mine, 'typing'), broadcasts(theirs, 'typing')];
    await Promise.all([subscribe(mine), subscribe(theirs)]);
    expect(await mine.send({ type: 'broadcast', event: 'typing', payload: { user_id: ann.id, typing: true } })).toBe('ok');
    expect((await other.first(1))[0]).toMatchObject({ event: 'typing', payload: { user_id: ann.id, typing: true } });
    expect(own.all).toEqual([]);
  });

  test('comes back to the sender who asks for it', async () => {
    const ann = await world.person();
    const room = await world.room(ann);
    const channel = world.client(ann.token).channel(room, { config: { private: true, broadcast: { self: true } } });
    const inbox = broadcasts(channel);
    await subscribe(channel);
    await channel.send({ type: 'broadcast', event: 'typing', payload: { typing: true } });
    expect((await inbox.first(1))[0]!.payload).toEqual({ typing: true });
  });

  test('crosses between the versions of the protocol', async () => {
    const [ann, bob] = [await world.person(), await world.person()];
    const room = await world.room(ann, bob);
    const old = world.client(ann.token, { vsn: '1.0.0' }).channel(room, PRIVATE);
    const current = world.client(bob.token).channel(room, PRIVATE);
    const [oldInbox, currentInbox] = [broadcasts(old), broadcasts(current)];
    await Promise.all([subscribe(old), subscribe(current)]);
    await old.send({ type: 'broadcast', event: 'a', payload: { text: 'von 1 ✓' } });
    await current.send({ type: 'broadcast', event: 'b', payload: { text: 'von 2 ✓' } });
    expect((await currentInbox.first(1))[0]).toMatchObject({ event: 'a', payload: { text: 'von 1 ✓' } });
    expect((await oldInbox.first(1))[0]).toMatchObject({ event: 'b', payload: { text: 'von 2 ✓' } });
  });

  test('on a topic that only the database writes is refused, and heard by nobody', async () => {
    const ann = await world.person();
    const topic = `user:${ann.id}`;
    const config = { config: { private: true, broadcast: { ack: true, self: true } } };
    const [one, two] = [world.client(ann.token).channel(topic, config), world.client(ann.token).channel(topic, config)];
    const inboxes = [broadcasts(one), broadcasts(two)];
    await Promise.all([subscribe(one), subscribe(two)]);
    expect(await one.send({ type: 'broadcast', event: 'message', payload: { forged: true } })).toBe('error');
    expect(await one.track({ forged: true })).toBe('error');
    // What comes next from the database shows that nothing came before it.
    await world.sql.query(`select realtime.send('{"n": 1}', 'message', $1)`, [topic]);
    for (const inbox of inboxes) {
      await inbox.first(1);
      expect(inbox.all.map(({ payload }) => payload.n)).toEqual([1]);
    }
  });

  test('a member that was added later may send after joining again', async () => {
    const [ann, bob] = [await world.person(), await world.person()];
    const room = await world.room(ann);
    const client = world.client(bob.token);
    await attempt(client.channel(room, PRIVATE)).find(({ status }) => status === 'CHANNEL_ERROR');
    await client.removeAllChannels();
    await world.sql.query('insert into room_members values ($1, $2)', [room.slice(5), bob.id]);
    await subscribe(client.channel(room, PRIVATE));
  });
});

describe('several channels on one socket', () => {
  test('keep apart, leave one by one, and can be joined again', async () => {
    const ann = await world.person();
    const [first, second] = [await world.room(ann), await world.room(ann)];
    const client = world.client(ann.token);
    const sender = world.client(ann.token);
    const [a, b] = [client.channel(first, PRIVATE), client.channel(second, PRIVATE)];
    const [inboxA, inboxB] = [broadcasts(a), broadcasts(b)];
    const acknowledged = { config: { private: true, broadcast: { ack: true } } };
    const senderA = sender.channel(first, acknowledged);
    const senderB = sender.channel(second, acknowledged);
    await Promise.all([a, b, senderA, senderB].map((channel) => subscribe(channel)));
    expect(await client.removeChannel(a)).toBe('ok');
    await senderA.send({ type: 'broadcast', event: 'x', payload: { n: 1 } });
    await senderB.send({ type: 'broadcast', event: 'x', payload: { n: 2 } });
    expect((await inboxB.first(1))[0]!.payload.n).toBe(2);
    const again = client.channel(first, PRIVATE);
    const inboxAgain = broadcasts(again);
    await subscribe(again);
    await senderA.send({ type: 'broadcast', event: 'x', payload: { n: 3 } });
    expect((await inboxAgain.first(1))[0]!.payload.n).toBe(3);
    expect(inboxA.all).toEqual([]);
  });
});

test('a server that allows private channels only says so', async () => {
  const ann = await world.person();
  const server = await startRealtime({
    databaseUrl: world.database.url('supabase_admin'),
    jwtSecret: JWT_SECRET,
    port: 0,
    privateOnly: true,
    log: () => undefined
  });
  const client = new RealtimeClient(`ws://127.0.0.1:${server.port}/socket`, { params: { apikey: ann.token } });
  const [first] = await attempt(client.channel('open')).first(1);
  expect(first!.error!.message).toBe('PrivateOnly: This project only allows private channels');
  await subscribe(client.channel(`user:${ann.id}`, PRIVATE));
  await client.disconnect();
  await server.stop();
});

test('replay brings what was sent before joining, oldest first, and nothing twice', async () => {
  const ann = await world.person();
  const topic = `user:${ann.id}`;
  for (const n of [1, 2, 3]) await world.sql.query(`select realtime.send($1, 'message', $2)`, [{ n }, topic]);
  const channel = world
    .client(ann.token)
    .channel(topic, { config: { private: true, broadcast: { replay: { since: Date.now() - 60_000, limit: 2 } } } });
  const inbox = broadcasts(channel);
  await subscribe(channel);
  await world.sql.query(`select realtime.send('{"n": 4}', 'message', $1)`, [topic]);
  await inbox.find(({ payload }) => payload.n === 4);
  expect(inbox.all.map(({ payload, meta }) => [payload.n, meta?.replayed ?? false])).toEqual([
    [2, true],
    [3, true],
    [4, false]
  ]);
});

test('says when the stream from the database is there', async () => {
  const ann = await world.person();
  const channel = world.client(ann.token).channel(`user:${ann.id}`, {
    config: { private: true, broadcast: { replication_ready: true } as Record<string, boolean> }
  });
  const system = systemMessages(channel);
  await subscribe(channel);
  expect(await system.find(({ extension }) => extension === 'system')).toMatchObject({
    status: 'ok',
    message: 'Replication connection established'
  });
});
