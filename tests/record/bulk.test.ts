/** What touches very many messages at once, while people go on writing: imports, and accounts that are deleted. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, type Session, startWorld, type World } from './world.ts';

let world: World;
let alice: Person;
let bob: Person;
let carol: Person;

beforeAll(async () => {
  world = await startWorld();
  [alice, bob, carol] = (await world.people(3)) as [Person, Person, Person];
});
afterAll(() => world?.stop());

const SEND = 'select public.send_message($1, gen_random_uuid(), $2)';

async function say(session: Session, group: string, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await session.query(SEND, [group, `said ${n}`]);
}

/** The record of a conversation: numbers without a hole, revisions each given once. */
async function record(group: string) {
  const { rows } = await world.admin.query<Record<string, number>>(
    `select c.last_seq::int as last_seq, c.revision::int as revision, count(*)::int as messages, min(m.seq)::int as first,
       count(distinct m.revision)::int as revisions, max(m.revision)::int as newest
     from public.conversations c join public.messages m on m.conversation_id = c.id
     where c.id = $1 group by c.id`,
    [group]
  );
  return rows[0]!;
}

function expectWhole(found: Awaited<ReturnType<typeof record>>): void {
  expect(found).toMatchObject({ messages: found.last_seq, first: 1, revisions: found.messages });
  expect(found.newest).toBeLessThanOrEqual(found.revision!);
}

async function importLines(group: string, lines: string[]): Promise<{ imported: number; known: number }> {
  const client = await world.admin.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('request.jwt.claims', '{"role": "service_role"}', true)`);
    const { rows } = await client.query<{ result: { imported: number; known: number } }>(
      'select public.import_messages($1, $2) as result',
      [group, lines.join('\n')]
    );
    await client.query('commit');
    return rows[0]!.result;
  } finally {
    client.release();
  }
}

test('two imports of the same lines at once, while people write: each line once, numbers without gaps', async () => {
  const group = await world.group(alice, [bob]);
  const lines = Array.from({ length: 500 }, (_, n) =>
    JSON.stringify({ id: randomUUID(), author: alice.id, content: `old ${n}`, created_at: new Date(n * 60_000).toISOString() })
  );
  const session = await world.signIn(bob);
  const [one, other] = await Promise.all([importLines(group, lines), importLines(group, lines), say(session, group, 60)]);
  await session.close();
  expect([one.imported + other.imported, one.known + other.known]).toEqual([500, 500]);
  const found = await record(group);
  expectWhole(found);
  expect(found.messages).toBe(560);
});

test('an account that two workers delete at once, while others write: nobody’s afterwards, and the record is whole', async () => {
  const group = await world.group(bob, [alice, carol]);
  const mine = await world.signIn(alice);
  await say(mine, group, 240);
  await mine.close();
  const [fromBob, fromCarol] = [await world.signIn(bob), await world.signIn(carol)];
  await world.admin.query('select private.close_account($1, true)', [alice.id]);

  const work = async () => {
    for (;;) {
      const { rows } = await world.admin.query<{ done: boolean }>('select private.delete_account_step($1, 25) as done', [
        alice.id
      ]);
      if (rows[0]!.done) return;
    }
  };
  await Promise.all([work(), work(), say(fromBob, group, 60), say(fromCarol, group, 60)]);

  const { rows } = await world.admin.query(
    `select count(*) filter (where m.sender_id is null and m.content = '' and m.deleted_at is not null)::int as blank,
       (select count(*) from auth.users u where u.id = $2)::int as accounts
     from public.messages m where m.conversation_id = $1`,
    [group, alice.id]
  );
  expect(rows[0]).toEqual({ blank: 240, accounts: 0 });
  expectWhole(await record(group));
  // Unread is what a recount says: what carol and alice said, those that are blank included, and not what bob said himself.
  const unread = await fromBob.value<string>('select unread from public.conversation_list where id = $1', [group]);
  const recount = await fromBob.value<string>(
    `select count(*) from public.messages m join public.members me on me.conversation_id = m.conversation_id and me.user_id = $2
     where m.conversation_id = $1 and m.seq > me.read_seq and m.sender_id is distinct from $2 and not m.is_quiet`,
    [group, bob.id]
  );
  expect(unread).toBe(recount);
  await Promise.all([fromBob.close(), fromCarol.close()]);
});
