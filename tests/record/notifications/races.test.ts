/**
 * Pushes under everything that happens at once: readers, several workers, workers that die, devices that go. Whatever comes first,
 * each device is given each push once, or not at all where it was read.
 */
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { waitingFor } from '../locks.ts';
import { type Person, type Session, startWorld, type World } from '../world.ts';

interface Claim {
  id: number;
  attempt: number;
  subscription: { id: string };
  payload: { key: string; seq: number; conversation_id: string };
}

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.admin.query(`update private.settings set push_delay = '-1 hour'`);
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.admin.query('truncate private.push_jobs, private.pushes; delete from public.notification_deliveries');
});

const addDevice = (person: Person, name = 'Phone') =>
  world.admin.query(
    `insert into public.push_subscriptions (user_id, endpoint, p256dh, auth, label)
     values ($1::uuid, 'https://push.example/' || $1 || '/' || $2, repeat('A', 87), repeat('B', 22), $2)`,
    [person.id, name]
  );

const say = (session: Session, conversation: string) =>
  session.value<number>(`select (public.send_message($1, gen_random_uuid(), 'hello')).seq::int`, [conversation]);

const claim = async (client: pg.Pool | pg.PoolClient, most = 50): Promise<Claim[]> =>
  (await client.query<{ claims: Claim[] }>(`select private.claim_pushes($1, '{}') as claims`, [most])).rows[0]!.claims;

const sent = async ({ id, attempt }: Claim): Promise<boolean> =>
  (await world.admin.query<{ taken: boolean }>('select private.push_sent($1, $2, 201) as taken', [id, attempt])).rows[0]!.taken;

/** In one call, and one by one what somebody else was busy with. */
async function sentTogether(claims: Claim[]): Promise<void> {
  const pushes = JSON.stringify(claims.map(({ id, attempt }) => ({ id, attempt, status: 201 })));
  const { rows } = await world.admin.query<{ id: number }>('select unnest(private.pushes_sent($1))::int as id', [pushes]);
  for (const { id } of rows) await sent(claims.find((claim) => claim.id === id)!);
}

/** Claims until there is nothing for several times in a row: what another worker holds may come free. */
async function drain(most = 50, report = true): Promise<Claim[]> {
  const all: Claim[] = [];
  for (let empty = 0; empty < 5;) {
    const claims = await claim(world.admin, most);
    empty = claims.length === 0 ? empty + 1 : 0;
    all.push(...claims);
    if (report) for (const one of claims) expect(await sent(one)).toBe(true);
  }
  return all;
}

const names = (claims: Claim[]) => claims.map(({ subscription, payload }) => `${subscription.id} ${payload.key}`);

test('a hundred people with two devices each, four workers: every device gets it once', { timeout: 120_000 }, async () => {
  const people = await world.people(100);
  const [writer, ...readers] = people as [Person, ...Person[]];
  for (const reader of readers) await Promise.all([addDevice(reader), addDevice(reader, 'Laptop')]);
  const group = await world.group(writer, readers);
  const session = await world.signIn(writer);
  await say(session, group);
  const claims = (await Promise.all([drain(7), drain(13), drain(20), drain(50)])).flat();
  expect(new Set(names(claims)).size).toBe(198);
  expect(claims.length).toBe(198);
  const { rows } = await world.admin.query(
    'select state, sum(sent_count)::int as devices, count(*)::int from public.notification_deliveries group by state'
  );
  expect(rows).toEqual([{ state: 'sent', devices: 198, count: 99 }]);
  await session.close();
});

test('reading against claiming: each message is given out once, or was read', { timeout: 120_000 }, async () => {
  const [alice, bob] = (await world.people(2)) as [Person, Person];
  await addDevice(bob);
  const group = await world.group(alice, [bob]);
  const [writer, reader] = [await world.signIn(alice), await world.signIn(bob)];
  let given = 0;
  let readFirst = 0;
  for (let round = 0; round < 60; round += 1) {
    const seq = await say(writer, group);
    const read = () => reader.query('select public.mark_read($1)', [JSON.stringify({ [group]: seq })]);
    const pause = () => world.admin.query('select pg_sleep($1)', [(round % 7) / 1000]);
    const [one, two] = await Promise.all([claim(world.admin), claim(world.admin), round % 2 ? read() : pause().then(read)]);
    const claims = [...one, ...two];
    expect(claims.length).toBeLessThanOrEqual(1);
    for (const push of claims) expect(await sent(push)).toBe(true);
    // Whatever was not given out by now never is.
    expect(await claim(world.admin)).toEqual([]);
    const { rows } = await world.admin.query<{ state: string; reason: string }>(
      'select state, reason from public.notification_deliveries where user_id = $1 and $2 between first_seq and seq',
      [bob.id, seq]
    );
    if (claims.length > 0) expect(rows).toEqual([{ state: 'sent', reason: 'sent' }]);
    else expect(rows.every(({ state, reason }) => state === 'cancelled' && reason === 'read')).toBe(true);
    given += claims.length;
    readFirst += claims.length === 0 ? 1 : 0;
  }
  // Both happened, or the race was none.
  expect(given).toBeGreaterThan(0);
  expect(readFirst).toBeGreaterThan(0);
  await Promise.all([writer.close(), reader.close()]);
});

test('a worker that dies before its claim is committed has claimed nothing', { timeout: 60_000 }, async () => {
  const [alice, bob] = (await world.people(2)) as [Person, Person];
  await addDevice(bob);
  const group = await world.group(alice, [bob]);
  const session = await world.signIn(alice);
  await say(session, group);
  const worker = await world.admin.connect();
  worker.on('error', () => undefined);
  await worker.query('begin');
  const { rows } = await worker.query<{ pid: number }>('select pg_backend_pid() as pid');
  expect(await claim(worker)).toHaveLength(1);
  // Another one passes over what is being claimed, and somebody who sends meanwhile waits for nobody.
  expect(await claim(world.admin)).toEqual([]);
  expect(await say(session, group)).toBe(2);
  await world.kill(rows[0]!.pid);
  worker.release(true);
  // Until the server has ended it, what it held is passed over: then the older one is pushed after the newer one, or not at all.
  const claims = await drain();
  expect(claims.filter(({ payload }) => payload.seq === 2)).toHaveLength(1);
  expect(claims.every(({ attempt }) => attempt === 1)).toBe(true);
  expect(new Set(names(claims)).size).toBe(claims.length);
  const { rows: open } = await world.admin.query(
    `select state from public.notification_deliveries where state not in ('sent', 'cancelled') union all select 'job' from private.push_jobs`
  );
  expect(open).toEqual([]);
  await session.close();
});

test(
  'a worker that dies with its claims leaves them to the next one, when the lease is over; its late reports are nobody’s',
  { timeout: 60_000 },
  async () => {
    const people = await world.people(21);
    const [alice, ...readers] = people as [Person, ...Person[]];
    for (const reader of readers) await addDevice(reader);
    const group = await world.group(alice, readers);
    const session = await world.signIn(alice);
    await say(session, group);
    const claims = await claim(world.admin, 20);
    expect(claims).toHaveLength(20);
    for (const push of claims.slice(0, 8)) expect(await sent(push)).toBe(true);
    expect(await claim(world.admin)).toEqual([]);
    await world.admin.query(`update private.pushes set next_at = now() where state = 'claimed'`);
    const again = await drain();
    expect(again.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 12 }, () => 2));
    expect(new Set([...names(claims.slice(0, 8)), ...names(again)]).size).toBe(20);
    for (const push of claims.slice(8)) expect(await sent(push)).toBe(false);
    await session.close();
  }
);

test('two transactions that tell the same make one row, one push, one revision', { timeout: 60_000 }, async () => {
  const [alice] = (await world.people(1)) as [Person];
  await addDevice(alice);
  const tell = `select private.notify(array[$1::uuid], 'same', 'announcement', '{"title": "T", "text": "x"}', actor_id => null)`;
  const first = await world.admin.connect();
  await first.query('begin');
  await first.query(tell, [alice.id]);
  const second = await world.admin.connect();
  const pidOf = async (client: pg.PoolClient) =>
    (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;
  const [holder, waiter] = [await pidOf(first), await pidOf(second)];
  const told = second.query(tell, [alice.id]);
  await waitingFor(world.admin, waiter, holder);
  await first.query('commit');
  await told;
  first.release();
  second.release();
  const counts = await world.admin.query(
    `select (select count(*)::int from public.notifications where user_id = $1) as told,
       (select count(*)::int from public.notification_deliveries where user_id = $1) as pushes,
       (select revision::int from private.personal where user_id = $1) as revision`,
    [alice.id]
  );
  expect(counts.rows).toEqual([{ told: 1, pushes: 1, revision: 1 }]);
});

test('what somebody is busy with is left out of a report of many, which waits for nobody', { timeout: 60_000 }, async () => {
  const [alice, bob, carol] = (await world.people(3)) as [Person, Person, Person];
  await Promise.all([addDevice(bob), addDevice(carol)]);
  const group = await world.group(alice, [bob, carol]);
  const [writer, reader] = [await world.signIn(alice), await world.signIn(bob)];
  const seq = await say(writer, group);
  const claims = await claim(world.admin);
  expect(claims).toHaveLength(2);
  await reader.query('begin');
  await reader.query('select public.mark_read($1)', [JSON.stringify({ [group]: seq })]);
  const pushes = JSON.stringify(claims.map(({ id, attempt }) => ({ id, attempt, status: 201 })));
  const { rows } = await world.admin.query<{ left: string[] }>('select private.pushes_sent($1) as left', [pushes]);
  expect(rows[0]!.left).toHaveLength(1);
  await reader.query('commit');
  await sentTogether(claims);
  const after = await world.admin.query('select state, sent_count from public.notification_deliveries order by user_id');
  expect(after.rows).toEqual([
    { state: 'sent', sent_count: 1 },
    { state: 'sent', sent_count: 1 }
  ]);
  await Promise.all([writer.close(), reader.close()]);
});

test(
  'devices that go while pushes to them are reported: nothing waits in a circle, and nothing stays open',
  { timeout: 120_000 },
  async () => {
    const people = await world.people(11);
    const [alice, ...readers] = people as [Person, ...Person[]];
    for (const reader of readers) await Promise.all([addDevice(reader), addDevice(reader, 'Laptop')]);
    const group = await world.group(alice, readers);
    const session = await world.signIn(alice);
    const sessions = await Promise.all(readers.map((reader) => world.signIn(reader)));
    for (let round = 0; round < 5; round += 1) {
      const seq = await say(session, group);
      const claims = await claim(world.admin);
      expect(claims).toHaveLength(round === 0 ? 20 : 10);
      await Promise.all([
        ...claims
          .filter((_, n) => n % 3 === 0)
          .map(({ id, attempt }) =>
            world.admin.query(`select private.push_failed($1, $2, 503, 'busy', 60, false)`, [id, attempt])
          ),
        ...[1, 2].map((part) => sentTogether(claims.filter((_, n) => n % 3 === part))),
        ...sessions.map((reader) => reader.query('select public.mark_read($1)', [JSON.stringify({ [group]: seq })])),
        ...readers.map((reader) =>
          sessions[readers.indexOf(reader)]!.query('select public.remove_push_subscription($1)', [
            `https://push.example/${reader.id}/Laptop`
          ])
        )
      ]);
      const open = await world.admin.query(
        `select (select count(*)::int from private.pushes where state in ('waiting', 'claimed')) as pushes,
         (select count(*)::int from public.notification_deliveries where state in ('waiting', 'held', 'sending')) as deliveries`
      );
      expect(open.rows).toEqual([{ pushes: 0, deliveries: 0 }]);
    }
    await Promise.all([...sessions, session].map((one) => one.close()));
  }
);
