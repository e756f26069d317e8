/** Several devices of one person, and the jobs, at the same moment. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitingFor } from './locks.ts';
import { type Person, type Session, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const devicesOf = (person: Person, count: number): Promise<Session[]> =>
  Promise.all(Array.from({ length: count }, () => world.signIn(person)));

const closeAll = (sessions: Session[]) => Promise.all(sessions.map((session) => session.close()));

/** What came of a call: its value, or the code of the refusal. Anything else that goes wrong is thrown. */
async function outcome<Value>(call: Promise<Value>): Promise<{ value: Value } | { refused: string }> {
  try {
    return { value: await call };
  } catch (error) {
    if ((error as pg.DatabaseError).code !== 'PGRST') throw error;
    return { refused: (JSON.parse((error as Error).message) as { code: string }).code };
  }
}

/** The job, as pg_cron runs it: a step a transaction, until there is nothing to do. */
async function work(step: 'send_next_scheduled' | 'expire_messages'): Promise<void> {
  const client = await world.admin.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ more: boolean }>(`select private.${step}() as more`);
      if (!rows[0]!.more) return;
    }
  } finally {
    client.release();
  }
}

/** The revisions that a person's own rows have now, and their counter. */
async function personal({ id }: Person): Promise<{ counter: number; announced: number[] }> {
  const counter = await world.admin.query<{ revision: number }>('select revision::int from private.personal where user_id = $1', [
    id
  ]);
  const announced = await world.admin.query<{ revision: number }>(
    `select (payload ->> 'revision')::int as revision from realtime.messages where topic = 'user:' || $1 and event = 'personal' order by 1`,
    [id]
  );
  return { counter: counter.rows[0]!.revision, announced: announced.rows.map(({ revision }) => revision) };
}
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('ten devices of one person', () => {
  test('that change the settings of a conversation at once make one row and dense revisions', async () => {
    const [alice, bob] = (await world.people(2)) as [Person, Person];
    const conversation = await world.group(alice, [bob]);
    const devices = await devicesOf(alice, 10);
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(
        devices.map((device, n) =>
          device.query(
            `select public.set_conversation_settings($1, muted_until => now() + make_interval(days => $2), pinned => $3, archived => $4)`,
            [conversation, n + 1, n % 2 === 0, n % 3 === 0]
          )
        )
      );
    }
    const { counter, announced } = await personal(alice);
    expect(announced).toEqual(upTo(counter));
    const { rows } = await world.admin.query('select revision::int from public.conversation_settings where user_id = $1', [
      alice.id
    ]);
    expect(rows).toEqual([{ revision: counter }]);
    await closeAll(devices);
  });

  test('that save a draft at once leave the one that was written last', async () => {
    const [alice, bob] = (await world.people(2)) as [Person, Person];
    const conversation = await world.group(alice, [bob]);
    const devices = await devicesOf(alice, 10);
    const times = [4, 9, 1, 7, 3, 10, 2, 8, 5, 6];
    for (let round = 1; round <= 5; round += 1) {
      await Promise.all(
        devices.map((device, n) =>
          device.query(`select public.save_draft($1, $2, $3, timestamptz '2026-01-01' + make_interval(mins => $4, secs => $5))`, [
            conversation,
            randomUUID(),
            `text ${times[n]}`,
            round,
            times[n]
          ])
        )
      );
      const { rows } = await world.admin.query('select content from public.drafts where user_id = $1', [alice.id]);
      expect(rows).toEqual([{ content: 'text 10' }]);
    }
    const { counter, announced } = await personal(alice);
    expect(announced).toEqual(upTo(counter));
    await closeAll(devices);
  });

  test('that hide the same messages at once hide each of them once', async () => {
    const [alice, bob] = (await world.people(2)) as [Person, Person];
    const conversation = await world.group(alice, [bob]);
    const devices = await devicesOf(alice, 10);
    for (let n = 0; n < 5; n += 1)
      await devices[0]!.query('select public.send_message($1, $2, $3)', [conversation, randomUUID(), 'x']);
    const changed = await Promise.all(
      devices.map((device) => device.value<number>('select public.hide_messages($1, $2)', [conversation, [1, 2, 3, 4, 5]]))
    );
    expect(changed.reduce((sum, n) => sum + n)).toBe(5);
    expect((await personal(alice)).announced).toEqual(upTo(5));
    await closeAll(devices);
  });
});

describe('scheduled messages', () => {
  test('that many workers find due at once are each sent once, and none waits for another’s', async () => {
    const people = await world.people(5);
    const conversations = await Promise.all(upTo(5).map(() => world.group(people[0]!, people)));
    const { rows: handles } = await world.admin.query<{ names: string }>(
      `select string_agg('@' || handle, ' ') as names from public.profiles where id = any ($1)`,
      [people.map(({ id }) => id)]
    );
    const { names } = handles[0]!;
    for (const person of people) {
      const session = await world.signIn(person);
      for (const conversation of conversations) {
        for (let n = 0; n < 2; n += 1) {
          await session.query(`select public.schedule_message($1, $2, $3, now() + interval '1 hour')`, [
            conversation,
            randomUUID(),
            // Each notifies all the others, whose counters their own messages need as well.
            names
          ]);
        }
      }
      await session.close();
    }
    await world.admin.query(`update public.scheduled_messages set due_at = now() where user_id = any ($1)`, [
      people.map(({ id }) => id)
    ]);
    await Promise.all([work('send_next_scheduled'), work('send_next_scheduled'), work('send_next_scheduled')]);
    const { rows } = await world.admin.query(
      `select s.state::text, count(*)::int as scheduled, count(m.*)::int as sent
       from public.scheduled_messages s left join public.messages m on m.sender_id = s.user_id and m.id = s.id
       where s.user_id = any ($1) group by 1`,
      [people.map(({ id }) => id)]
    );
    expect(rows).toEqual([{ state: 'sent', scheduled: 50, sent: 50 }]);
    const { rows: told } = await world.admin.query(
      'select count(*)::int as n from public.notifications where user_id = any ($1)',
      [people.map(({ id }) => id)]
    );
    expect(told).toEqual([{ n: 200 }]);
  });

  test('are either taken back or sent, never both', async () => {
    const [alice, bob] = (await world.people(2)) as [Person, Person];
    const conversation = await world.group(alice, [bob]);
    const [one, two, three] = (await devicesOf(alice, 3)) as [Session, Session, Session];
    const seen = new Set<string>();
    for (let round = 0; round < 20; round += 1) {
      const id = randomUUID();
      await one.query(`select public.schedule_message($1, $2, 'soon', now() + interval '1 hour')`, [conversation, id]);
      await world.admin.query('update public.scheduled_messages set due_at = now() where id = $1', [id]);
      const [cancelled, sentNow] = await Promise.all([
        outcome(one.value<string>('select state::text from public.cancel_scheduled_message($1)', [id])),
        outcome(two.value<number>('select seq::int from public.send_scheduled_message($1)', [id])),
        outcome(three.value<string>('select content from public.edit_scheduled_message($1, content => $2)', [id, 'changed'])),
        work('send_next_scheduled')
      ]);
      // A refusal is told before its transaction has let go of the row, which the job would pass over.
      await Promise.all([one, two, three].map((session) => session.query('select 1')));
      await work('send_next_scheduled');
      const { rows } = await world.admin.query<{ state: string; sent: boolean }>(
        'select s.state::text, private.is_sent(s.user_id, s.id) as sent from public.scheduled_messages s where s.id = $1',
        [id]
      );
      const { state, sent } = rows[0]!;
      expect({ state, sent }).toEqual('value' in cancelled ? { state: 'cancelled', sent: false } : { state: 'sent', sent: true });
      if (sent) expect(sentNow).toHaveProperty('value');
      else expect(sentNow).toEqual({ refused: 'schedule_over' });
      seen.add(state);
    }
    const { rows } = await world.admin.query(
      `select count(*)::int as n, count(distinct id)::int as ids from public.messages where conversation_id = $1 and kind = 'text'`,
      [conversation]
    );
    expect(rows[0]).toMatchObject({ n: (rows[0] as { ids: number }).ids });
    expect(seen.size).toBeGreaterThan(0);
    await closeAll([one, two, three]);
  });

  test('that is being sent is passed over by another worker', async () => {
    const [alice, bob] = (await world.people(2)) as [Person, Person];
    const conversation = await world.group(alice, [bob]);
    const session = await world.signIn(alice);
    const ids = [randomUUID(), randomUUID()];
    for (const id of ids)
      await session.query(`select public.schedule_message($1, $2, 'x', now() + interval '1 hour')`, [conversation, id]);
    await world.admin.query('update public.scheduled_messages set due_at = now() where id = any ($1)', [ids]);
    const first = await world.admin.connect();
    await first.query('begin');
    await first.query('select private.send_next_scheduled()');
    const second = await world.admin.connect();
    const pids = await Promise.all(
      [first, second].map(async (client) => (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid)
    );
    // The second takes the other message, and waits only where every send waits: for the conversation.
    const sending = second.query<{ more: boolean }>('select private.send_next_scheduled() as more');
    await waitingFor(world.admin, pids[1]!, pids[0]!);
    await first.query('commit');
    expect((await sending).rows).toEqual([{ more: true }]);
    first.release();
    second.release();
    await work('send_next_scheduled');
    const { rows } = await world.admin.query('select count(*)::int as n from public.messages where id = any ($1)', [ids]);
    expect(rows).toEqual([{ n: 2 }]);
    await session.close();
  });
});

describe('one file', () => {
  test('that two messages want at once comes with one of them', async () => {
    const [alice, bob] = (await world.people(2)) as [Person, Person];
    const conversation = await world.group(alice, [bob]);
    const devices = await devicesOf(alice, 6);
    for (let round = 0; round < 5; round += 1) {
      const { id, path } = (
        await devices[0]!.query<{ id: string; path: string }>(
          `select id, path from public.create_attachment($1, 'p.png', 'image/png', 5)`,
          [conversation]
        )
      )[0]!;
      await world.admin.query(
        `insert into storage.objects (bucket_id, name, metadata) values ('attachments', $1, '{"size": 5, "mimetype": "image/png"}')`,
        [path]
      );
      const outcomes = await Promise.all(
        devices.map((device) =>
          outcome(
            device.value<number>('select seq::int from public.send_message($1, $2, $3, attachment_ids => $4)', [
              conversation,
              randomUUID(),
              '',
              [id]
            ])
          )
        )
      );
      const won = outcomes.filter((result) => 'value' in result);
      expect(won).toHaveLength(1);
      expect(outcomes.filter((result) => 'refused' in result)).toEqual(Array(5).fill({ refused: 'attachment_taken' }));
      const { rows } = await world.admin.query('select seq::int from public.attachments where id = $1', [id]);
      expect(rows).toEqual([{ seq: won[0]!.value }]);
    }
    await closeAll(devices);
  });
});

describe('messages whose time is over', () => {
  test('that two sweeps and their senders remove at once are removed once, and others write meanwhile', async () => {
    const people = (await world.people(3)) as [Person, Person, Person];
    const conversation = await world.group(people[0], people);
    const sessions = await Promise.all(people.map((person) => world.signIn(person)));
    await sessions[0]!.query('select public.set_disappearing($1, 60)', [conversation]);
    for (let n = 0; n < 30; n += 1)
      await sessions[0]!.query('select public.send_message($1, $2, $3)', [conversation, randomUUID(), 'x']);
    await world.admin.query(
      'update public.messages set expires_at = now() where conversation_id = $1 and expires_at is not null',
      [conversation]
    );
    await Promise.all([
      work('expire_messages'),
      work('expire_messages'),
      (async () => {
        for (let n = 0; n < 10; n += 1)
          await sessions[1]!.query('select public.send_message($1, $2, $3)', [conversation, randomUUID(), 'new']);
      })(),
      (async () => {
        for (let seq = 31; seq > 21; seq -= 1)
          await outcome(sessions[0]!.query('select public.delete_message($1, $2)', [conversation, seq]));
      })()
    ]);
    const { rows } = await world.admin.query(
      `select count(*) filter (where deleted_at is not null)::int as gone, count(*) filter (where content = 'new')::int as new,
         count(distinct revision)::int as revisions, count(*)::int as all, max(revision)::int = (select c.revision from public.conversations c where c.id = $1) as newest
       from public.messages where conversation_id = $1`,
      [conversation]
    );
    expect(rows).toEqual([{ gone: 30, new: 10, revisions: 41, all: 41, newest: true }]);
    await closeAll(sessions);
  });
});
