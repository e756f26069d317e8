/** Somebody is blocked, suspended or withheld while a message of theirs is on its way; two moderators take the same report. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitingFor } from './locks.ts';
import { outcome } from './refusals.ts';
import { type Person, type Session, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

interface Pair {
  conversation: string;
  alice: Session;
  troll: Session;
  trollId: string;
  moderator: Session;
}

async function makePair(): Promise<Pair> {
  const [alice, troll, moderator] = (await world.people(3)) as [Person, Person, Person];
  await world.admin.query('select public.set_moderator($1, true)', [moderator.id]);
  const session = await world.signIn(alice);
  return {
    conversation: await session.value<string>('select id from public.start_direct_conversation($1)', [troll.id]),
    alice: session,
    troll: await world.signIn(troll),
    trollId: troll.id,
    moderator: await world.signIn(moderator)
  };
}

const send = (session: Session, conversation: string, content: string): Promise<string> =>
  outcome(session.query('select public.send_message($1, gen_random_uuid(), $2)', [conversation, content]));

const read = async (session: Session, conversation: string): Promise<string[]> =>
  (
    await session.query<{ content: string }>('select content from public.messages where conversation_id = $1 order by seq', [
      conversation
    ])
  ).map(({ content }) => content);

/** What Alice or the moderator does to the troll, and on whose connection. */
const acts = {
  'is blocked': {
    by: (pair: Pair) => pair.alice,
    act: (pair: Pair) => pair.alice.query('select public.block_user($1)', [pair.trollId]),
    afterwards: 'done'
  },
  'is withheld': {
    by: (pair: Pair) => pair.moderator,
    act: (pair: Pair) => pair.moderator.query(`select public.moderate_user($1, 'withhold')`, [pair.trollId]),
    afterwards: 'done'
  },
  'is suspended': {
    by: (pair: Pair) => pair.moderator,
    act: (pair: Pair) =>
      pair.moderator.query(`select public.moderate_user($1, 'suspend', now() + interval '1 hour')`, [pair.trollId]),
    afterwards: 'suspended'
  }
};

describe.each(Object.entries(acts))('somebody who %s', (_, { by, act, afterwards }) => {
  test('while a message of theirs is on its way: it is seen, and it is the last', async () => {
    const pair = await makePair();
    await pair.troll.query('begin');
    expect(await send(pair.troll, pair.conversation, 'in flight')).toBe('done');
    const acting = act(pair);
    await waitingFor(world.admin, by(pair).pid, pair.troll.pid);
    await pair.troll.query('commit');
    await acting;
    expect(await send(pair.troll, pair.conversation, 'too late')).toBe(afterwards);
    expect(await read(pair.alice, pair.conversation)).toEqual(['in flight']);
  });

  test('just before their message arrives: it is not seen', async () => {
    const pair = await makePair();
    // So that the row of their token bucket is there.
    await send(pair.troll, pair.conversation, 'before');
    await by(pair).query('begin');
    await act(pair);
    const sending = send(pair.troll, pair.conversation, 'too late');
    await waitingFor(world.admin, pair.troll.pid, by(pair).pid);
    await by(pair).query('commit');
    expect(await sending).toBe(afterwards);
    expect(await read(pair.alice, pair.conversation)).toEqual(['before']);
    expect(await pair.alice.value<number>('select unread::int from public.conversation_list')).toBe(1);
  });
});

test('a conversation that is started while one is being blocked is not made', async () => {
  const [alice, troll] = (await world.people(2)) as [Person, Person];
  const [mine, theirs] = await Promise.all([world.signIn(alice), world.signIn(troll)]);
  await mine.query('begin');
  await mine.query('select public.block_user($1)', [troll.id]);
  const starting = outcome(theirs.query('select public.start_direct_conversation($1)', [alice.id]));
  await waitingFor(world.admin, theirs.pid, mine.pid);
  await mine.query('commit');
  expect(await starting).toBe('user_not_found');
});

test('a report that several moderators handle at once is handled by one', async () => {
  const [alice, troll, ...moderators] = (await world.people(7)) as [Person, Person, ...Person[]];
  for (const { id } of moderators) await world.admin.query('select public.set_moderator($1, true)', [id]);
  const sessions = await Promise.all(moderators.map((person) => world.signIn(person)));
  const reporter = await world.signIn(alice);
  for (let round = 0; round < 5; round += 1) {
    const id = await reporter.value<string>(`select public.report_user($1, 'spam')`, [troll.id]);
    const results = await Promise.all(
      sessions.map((session) => outcome(session.query(`select * from public.handle_report($1, 'warn')`, [id])))
    );
    expect(results.sort()).toEqual(['done', ...Array<string>(sessions.length - 1).fill('report_closed')]);
  }
  const { rows } = await world.admin.query(
    `select count(*)::int as warnings from public.notifications where user_id = $1 and event = 'warned'`,
    [troll.id]
  );
  expect(rows).toEqual([{ warnings: 5 }]);
});
