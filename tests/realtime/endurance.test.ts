/** What must not bring the server down, and what must come through when something else goes down. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { attempt, broadcasts, Inbox, subscribe, systemMessages } from './listening.ts';
import { type LogEntry, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ limits: { idleMs: 2_000, bufferedBytes: 4_000_000 } });
});
afterAll(() => world.stop());

const PRIVATE = { config: { private: true } };
const SLOT = "slot_name like 'supabase_realtime_messages_replication_slot_%'";

async function listener() {
  const ann = await world.person();
  const topic = `user:${ann.id}`;
  const channel = world.client(ann.token, { heartbeatIntervalMs: 500 }).channel(topic, PRIVATE);
  const inbox = broadcasts(channel);
  await subscribe(channel);
  return { inbox, send: (n: number) => world.sql.query(`select realtime.send($1, 'message', $2)`, [{ n }, topic]) };
}

const streaming = ({ code }: LogEntry) => code === 'ReplicationStarted';

describe('the stream from the database', () => {
  test('comes back when its walsender is killed, with what was committed meanwhile, once each', async () => {
    const { inbox, send } = await listener();
    await send(1);
    await inbox.first(1);
    const before = world.log.all.length;
    const { rows } = await world.admin.query<{ n: number }>(
      `select count(pg_terminate_backend(active_pid))::int as n from pg_replication_slots where ${SLOT}`
    );
    expect(rows[0]!.n).toBe(1);
    for (let n = 2; n <= 30; n += 1) await send(n);
    await inbox.find(({ payload }) => payload.n === 30);
    await send(31);
    await inbox.find(({ payload }) => payload.n === 31);
    expect(inbox.all.map(({ payload }) => payload.n)).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
    await world.log.find(streaming, before);
  });

  test('is killed again and again while people write, and nothing is lost or doubled', async () => {
    const { inbox, send } = await listener();
    const killing = (async () => {
      for (let times = 0; times < 5; times += 1) {
        const before = world.log.all.length;
        await world.admin.query(`select pg_terminate_backend(active_pid) from pg_replication_slots where ${SLOT}`);
        await world.log.find(streaming, before);
      }
    })();
    let sent = 0;
    let killed = false;
    const writing = (async () => {
      while (!killed) await send((sent += 1));
    })();
    await killing.then(() => (killed = true));
    await writing;
    await send((sent += 1));
    await inbox.find(({ payload }) => payload.n === sent);
    await inbox.first(sent);
    expect(inbox.all.map(({ payload }) => payload.n as number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: sent }, (_, index) => index + 1)
    );
  });

  test('is acknowledged, so that the log does not pile up', async () => {
    const { inbox, send } = await listener();
    await send(1);
    await inbox.first(1);
    const { lsn } = world.realtime.position();
    let behind = true;
    while (behind) {
      const { rows } = await world.admin.query<{ behind: boolean }>(
        `select confirmed_flush_lsn < $1::pg_lsn as behind from pg_replication_slots where ${SLOT}`,
        [lsn]
      );
      behind = rows[0]!.behind;
    }
    expect(behind).toBe(false);
  });
});

test('Postgres may restart: channels stay, joins work again, and messages come', async () => {
  const { inbox, send } = await listener();
  await send(1);
  await inbox.first(1);
  const before = world.log.all.length;
  await world.restartDatabase();
  await world.log.find(streaming, before);
  await send(2);
  const { inbox: later, send: sendLater } = await listener();
  await sendLater(3);
  expect((await inbox.first(2)).map(({ payload }) => payload.n)).toEqual([1, 2]);
  expect((await later.first(1))[0]!.payload.n).toBe(3);
});

test('while Postgres is away joins to private channels say so, and public ones work', async () => {
  const ann = await world.person();
  const client = world.client(ann.token, { heartbeatIntervalMs: 500 });
  await world.database.stop();
  const [first] = await attempt(client.channel(`user:${ann.id}`, PRIVATE)).first(1);
  expect(first!.error!.message).toBe('UnableToConnectToProject: Realtime was unable to connect to the project database');
  await subscribe(client.channel('open'));
  const before = world.log.all.length;
  await world.restartDatabase();
  await world.log.find(streaming, before);
});

test('a server that is started again takes up its clients, who rejoin by themselves', async () => {
  const ann = await world.person();
  const channel = world
    .client(ann.token, { reconnectAfterMs: () => 20, heartbeatIntervalMs: 500 })
    .channel(`user:${ann.id}`, PRIVATE);
  const [inbox, system] = [broadcasts(channel), systemMessages(channel)];
  const statuses = await subscribe(channel);
  await world.restartRealtime();
  expect((await system.first(1))[0]).toMatchObject({ status: 'ok', message: 'Server requested disconnect' });
  await statuses.find(({ status }) => status === 'SUBSCRIBED', 1);
  await world.sql.query(`select realtime.send('{"n": 1}', 'message', $1)`, [`user:${ann.id}`]);
  expect((await inbox.first(1))[0]!.payload.n).toBe(1);
});

/** A socket without a client's good manners, except that it gives a sign of life if it is `lively`. */
async function raw({ version = '2.0.0', lively = true } = {}) {
  const socket = new WebSocket(`${world.url}/websocket?vsn=${version}&apikey=${await world.token({ role: 'anon' })}`);
  const inbox = new Inbox<unknown>();
  socket.on('message', (data, binary) => inbox.put(binary ? data : JSON.parse((data as Buffer).toString())));
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  );
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  if (lively) {
    const pinging = setInterval(() => socket.ping(), 100);
    socket.on('close', () => clearInterval(pinging));
  }
  return { socket, inbox, closed };
}

describe('a badly behaved socket', () => {
  test('that does not read is given up, and the others are not', async () => {
    const slow = await raw();
    const { socket: other, inbox } = await raw();
    for (const socket of [slow.socket, other]) socket.send('["1","1","realtime:flood","phx_join",{"config":{}}]');
    await Promise.all([slow.inbox.first(1), inbox.first(1)]);
    slow.socket.pause();
    const before = world.log.all.length;
    const text = 'x'.repeat(1_000_000);
    let sent = 0;
    const given = world.log.find(({ code }) => code === 'SlowReader', before).then(() => true);
    while (!(await Promise.race([given, Promise.resolve(false)]))) {
      await world.sql.query(`select realtime.send($1, 'flood', 'flood', false)`, [{ text, n: (sent += 1) }]);
      await inbox.first(1 + sent);
    }
    await world.sql.query(`select realtime.send('{"last": true}', 'flood', 'flood', false)`);
    await inbox.first(2 + sent);
    slow.socket.resume();
    await slow.closed;
    expect(slow.inbox.all.length).toBeLessThan(inbox.all.length);
    other.close();
  });

  test('that sends what is no frame keeps its connection', async () => {
    const { socket, inbox } = await raw();
    const before = world.log.all.length;
    const nonsense = [
      '',
      '{',
      'null',
      '[]',
      '[1]',
      '["1","2",3,"e",{}]',
      '\u0000',
      '[null,null,"realtime:x","phx_join"]',
      '{"topic":"phoenix"}'
    ];
    for (const text of nonsense) socket.send(text);
    for (const bytes of [[], [3], [3, 255, 255, 255], [9, 9, 9], [0, 1, 1, 1, 1], [4, 1, 1, 0, 1, 116, 101]])
      socket.send(Uint8Array.from(bytes));
    socket.send('[null,"7","phoenix","heartbeat",{}]');
    expect(await inbox.first(1)).toEqual([[null, '7', 'phoenix', 'phx_reply', { status: 'ok', response: {} }]]);
    const refused = world.log.all.slice(before).filter(({ code }) => code === 'MalformedWebSocketMessage');
    expect(refused).toHaveLength(nonsense.length + 6);
    socket.close();
  });

  test('is told of topics that are none', async () => {
    const { socket, inbox } = await raw();
    socket.send('["1","1","chat","phx_join",{}]');
    socket.send('["1","2","realtime:never-joined","broadcast",{"event":"x"}]');
    socket.send('["1","3","realtime:never-joined","phx_leave",{}]');
    socket.send('["1","4","realtime:","phx_join",{}]');
    expect(await inbox.first(4)).toEqual([
      ['1', '1', 'chat', 'phx_reply', { status: 'error', response: { reason: 'unmatched topic' } }],
      ['1', '2', 'realtime:never-joined', 'phx_reply', { status: 'error', response: { reason: 'unmatched topic' } }],
      ['1', '3', 'realtime:never-joined', 'phx_reply', { status: 'ok', response: {} }],
      [
        '1',
        '4',
        'realtime:',
        'phx_reply',
        { status: 'error', response: { reason: 'TopicNameRequired: You must provide a topic name' } }
      ]
    ]);
    socket.close();
  });

  test('that joins with nonsense joins a public channel', async () => {
    const { socket, inbox } = await raw();
    const payloads = [
      '7',
      '"x"',
      '[]',
      'null',
      '{"config":7}',
      '{"config":{"private":"maybe"}}',
      '{"access_token":{}}',
      '{"config":{"postgres_changes":{"a":1}}}'
    ];
    for (const [index, payload] of payloads.entries())
      socket.send(`["${index}","${index}","realtime:x${index}","phx_join",${payload}]`);
    const replies = (await inbox.first(payloads.length)) as [string, string, string, string, { status: string }][];
    expect(replies.map(([, , , , { status }]) => status)).toEqual(payloads.map(() => 'ok'));
    socket.close();
  });

  test('that joins a topic twice has the old channel closed first', async () => {
    const { socket, inbox } = await raw();
    socket.send('["1","1","realtime:twice","phx_join",{"config":{}}]');
    await inbox.first(1);
    socket.send('["2","2","realtime:twice","phx_join",{"config":{}}]');
    socket.send('["2","3","realtime:twice","phx_leave",{}]');
    const ok = { status: 'ok', response: {} };
    expect((await inbox.first(5)).slice(1)).toEqual([
      ['1', '1', 'realtime:twice', 'phx_close', {}],
      ['2', '2', 'realtime:twice', 'phx_reply', { status: 'ok', response: { postgres_changes: [] } }],
      ['2', '3', 'realtime:twice', 'phx_reply', ok],
      ['2', '2', 'realtime:twice', 'phx_close', {}]
    ]);
    socket.close();
  });

  test('that broadcasts nonsense breaks nobody', async () => {
    const [bad, good] = [await raw(), await raw()];
    const join = '["1","1","realtime:open","phx_join",{"config":{"broadcast":{"ack":true}}}]';
    for (const { socket, inbox } of [bad, good]) {
      socket.send(join);
      await inbox.first(1);
    }
    const text = (value: string) => Buffer.from(value);
    const push = (payload: string) =>
      Buffer.concat([Uint8Array.from([3, 1, 1, 13, 1, 0, 1]), text('12realtime:opene'), text(payload)]);
    bad.socket.send(push('{"unfinished'));
    bad.socket.send('["1","2","realtime:open","broadcast",7]');
    bad.socket.send('["1","2","realtime:open","presence",7]');
    bad.socket.send('["1","2","realtime:open","presence",{"event":"track","payload":7}]');
    bad.socket.send('["1","2","realtime:open","presence",{"event":"dance"}]');
    bad.socket.send('["1","2","realtime:open","access_token",{"access_token":null}]');
    bad.socket.send('["1","2","realtime:open","no_such_event",{}]');
    bad.socket.send(push('{"fine":true}'));
    const [, ...got] = await good.inbox.first(2);
    expect((got[0] as Buffer).toString()).toContain('{"fine":true}');
    const replies = (await bad.inbox.first(7)).slice(1) as unknown[][];
    expect(replies.map((reply) => reply[4])).toEqual([
      { status: 'error', response: { error: 'invalid_payload' } },
      { status: 'error', response: { error: 'invalid_payload' } },
      { status: 'ok', response: {} },
      { status: 'error', response: { reason: 'Presence track payload must be a map' } },
      { status: 'error', response: { reason: 'Unknown presence event: dance' } },
      { status: 'ok', response: {} }
    ]);
    for (const { socket } of [bad, good]) socket.close();
  });

  test('that sends more than a frame may hold is closed with 1009', async () => {
    const { socket, closed } = await raw();
    socket.send('x'.repeat(5_000_001));
    expect((await closed).code).toBe(1009);
  });

  test('that sends more than a message may hold is told', async () => {
    const { socket, inbox } = await raw();
    socket.send('["1","1","realtime:big","phx_join",{"config":{"broadcast":{"ack":true}}}]');
    socket.send(
      JSON.stringify(['1', '2', 'realtime:big', 'broadcast', { event: 'x', payload: { text: 'x'.repeat(3_000_500) } }])
    );
    const [, reply] = (await inbox.first(2)) as unknown[][];
    expect(reply![4]).toEqual({ status: 'error', response: { error: 'payload_size_exceeded' } });
    socket.close();
  });

  test('that says nothing is closed', async () => {
    const { closed } = await raw({ lively: false });
    expect(await closed).toEqual({ code: 1002, reason: 'Nothing was heard for too long' });
  });

  test('that wants too many channels is told at the hundred and first', async () => {
    const { socket, inbox } = await raw({ version: '1.0.0' });
    for (let n = 1; n <= 101; n += 1)
      socket.send(JSON.stringify({ topic: `realtime:${n}`, event: 'phx_join', payload: {}, ref: `${n}`, join_ref: `${n}` }));
    const replies = (await inbox.first(101)) as { ref: string; payload: { status: string; response: { reason?: string } } }[];
    const refused = replies.filter(({ payload }) => payload.status === 'error');
    expect(refused.map(({ ref, payload }) => [ref, payload.response.reason])).toEqual([
      ['101', 'ChannelRateLimitReached: Too many channels']
    ]);
    socket.close();
  });
});

test('200 clients on one topic all get each message exactly once', async () => {
  const [COUNT, MESSAGES] = [200, 20];
  const service = await world.token({ role: 'service_role' });
  const inboxes = await Promise.all(
    Array.from({ length: COUNT }, async () => {
      const channel = world.client(service, { heartbeatIntervalMs: 500 }).channel('feed:crowd', PRIVATE);
      const inbox = broadcasts(channel);
      await subscribe(channel);
      return inbox;
    })
  );
  for (let n = 1; n <= MESSAGES; n += 1) await world.sql.query(`select realtime.send($1, 'message', 'feed:crowd')`, [{ n }]);
  const expected = Array.from({ length: MESSAGES }, (_, index) => index + 1);
  for (const inbox of inboxes) {
    await inbox.first(MESSAGES);
    expect(inbox.all.map(({ payload }) => payload.n)).toEqual(expected);
  }
});
