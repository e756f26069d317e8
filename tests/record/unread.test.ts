/** People send and read at once, from several devices: whoever looks at any moment sees counts that are right. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, type Session, startWorld, type World } from './world.ts';

const ROUNDS = 60;

let world: World;
let people: Person[];
let conversation: string;

beforeAll(async () => {
  world = await startWorld();
  people = await world.people(4);
  conversation = await world.group(people[0]!, people);
});
afterAll(() => world.stop());

/** The count that the list shows and a recount, of one snapshot. */
const COUNTS = `
  select l.unread::int, (
    select count(*)::int from public.messages m
    where m.conversation_id = l.id and m.seq > l.read_seq and m.sender_id <> auth.uid()
  ) as recount
  from public.conversation_list l`;

test('unread equals a recount at any moment, and is never negative', async () => {
  let working = true;
  let looks = 0;
  const wrong: unknown[] = [];

  const watch = async (session: Session) => {
    while (working) {
      const [row] = await session.query<{ unread: number; recount: number }>(COUNTS);
      looks += 1;
      if (row!.unread !== row!.recount || row!.unread < 0) wrong.push(row);
    }
  };
  const write = async (session: Session) => {
    for (let n = 0; n < ROUNDS; n += 1)
      await session.query('select public.send_message($1, $2, $3)', [conversation, randomUUID(), `${n}`]);
  };
  /** Up to anywhere, beyond the end as well. */
  const read = async (session: Session, kind: 'mark_read' | 'mark_delivered') => {
    for (let n = 0; n < ROUNDS; n += 1) {
      const marks = JSON.stringify({ [conversation]: Math.floor(Math.random() * ROUNDS * people.length * 1.5) });
      const rows = await session.query<{ unread: string }>(`select unread from public.${kind}($1)`, [marks]);
      if (Number(rows[0]!.unread) < 0) wrong.push(rows[0]);
    }
  };

  const watchers = await Promise.all(people.map((person) => world.signIn(person)));
  const watching = watchers.map(watch);
  await Promise.all(
    people.flatMap((person) => [
      world.signIn(person).then(write),
      world.signIn(person).then((session) => read(session, 'mark_read')),
      world.signIn(person).then((session) => read(session, 'mark_delivered'))
    ])
  );
  working = false;
  await Promise.all(watching);

  expect(wrong).toEqual([]);
  expect(looks).toBeGreaterThan(ROUNDS);
  const all = JSON.stringify({ [conversation]: ROUNDS * people.length });
  for (const session of watchers) {
    expect(await session.query('select read_seq::int, unread::int from public.mark_read($1)', [all])).toEqual([
      { read_seq: ROUNDS * people.length, unread: 0 }
    ]);
  }
});

test('watermarks never fall, whatever the order in which marks arrive', async () => {
  const { rows } = await world.admin.query(
    `select user_id, kind, seq, lag(seq) over w > seq as falls
     from public.receipts where conversation_id = $1
     window w as (partition by user_id, kind order by pg_xact_commit_timestamp(xmin))`,
    [conversation]
  );
  expect(rows.length).toBeGreaterThan(people.length * 2);
  expect(rows.filter(({ falls }) => falls)).toEqual([]);
});
