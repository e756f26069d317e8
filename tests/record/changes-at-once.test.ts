/** What several people do to the same message at the same moment: whoever comes second sees what the first has made. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { waitingFor, waitingForAnyone } from './locks.ts';
import { type Person, type Session, startWorld, type World } from './world.ts';

let world: World;
let people: Person[];
let sessions: Session[];
let conversation: string;
/** Two of the sessions, by their part in a test. */
let first: Session;
let second: Session;

beforeAll(async () => {
  world = await startWorld();
  people = await world.people(20);
  sessions = await Promise.all(people.map((person) => world.signIn(person)));
});
afterAll(() => world.stop());

beforeEach(async () => {
  conversation = await world.group(people[0]!, people);
  [first, second] = sessions as [Session, Session];
  await first.query('select public.send_message($1, $2, $3)', [conversation, randomUUID(), 'Hello']);
});

const message = async <Row>(columns: string): Promise<Row> =>
  (await world.admin.query(`select ${columns} from public.messages where conversation_id = $1 and seq = 1`, [conversation]))
    .rows[0] as Row;
const revision = async (): Promise<number> =>
  (await world.admin.query<{ n: number }>('select revision::int as n from public.conversations where id = $1', [conversation]))
    .rows[0]!.n;
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: Error) => (JSON.parse(error.message) as { code: string }).code
  );

/** The one has done it and not committed, the other waits for that; then both end. */
async function oneAfterTheOther(one: string, other: string): Promise<string> {
  await first.query('begin');
  await first.query(one, [conversation]);
  const waiting = refusal(second.query(other, [conversation]));
  await waitingFor(world.admin, second.pid, first.pid);
  await first.query('commit');
  return waiting;
}

describe('one person on two devices', () => {
  test.each([
    ['reacts', `select public.add_reaction($1, 1, '👍')`],
    ['edits', `select public.edit_message($1, 1, 'Hello again')`],
    ['pins', 'select public.pin_message($1, 1)'],
    ['sends', `select public.send_message($1, null, 'And')`]
  ])('who sends and %s while the conversation is held: neither waits for the other in a circle', async (_, call) => {
    const device = await world.signIn(people[0]!);
    await second.query('begin');
    await second.query(`select public.send_message($1, null, 'I hold it')`, [conversation]);
    const sent = refusal(first.query(`select public.send_message($1, null, 'Me too')`, [conversation]));
    await waitingFor(world.admin, first.pid, second.pid);
    const done = refusal(device.query(call, [conversation]));
    await waitingForAnyone(world.admin, device.pid);
    await second.query('commit');
    expect(await Promise.all([sent, done])).toEqual(['done', 'done']);
    await device.close();
  });
});

describe('reactions', () => {
  test('of twenty people at once are all counted, each with a revision of its own', async () => {
    const before = await revision();
    await Promise.all(sessions.map((session) => session.query(`select public.add_reaction($1, 1, '👍')`, [conversation])));
    expect(await message(`(reactions #>> '{👍,count}')::int as count, revision::int`)).toEqual({
      count: 20,
      revision: before + 20
    });
    await Promise.all(sessions.map((session) => session.query(`select public.remove_reaction($1, 1, '👍')`, [conversation])));
    expect(await message('reactions, revision::int')).toEqual({ reactions: {}, revision: before + 40 });
  });

  test('of one person, from ten devices at once, are one', async () => {
    const devices = await Promise.all(Array.from({ length: 10 }, () => world.signIn(people[1]!)));
    await Promise.all(devices.map((device) => device.query(`select public.add_reaction($1, 1, '👍')`, [conversation])));
    expect(await message(`(reactions #>> '{👍,count}')::int as count`)).toEqual({ count: 1 });
    await Promise.all(devices.map((device) => device.close()));
  });

  test('given and taken back at once leave a count that is true', async () => {
    await Promise.all(
      sessions.flatMap((session, n) => [
        session.query(`select public.add_reaction($1, 1, '👍')`, [conversation]),
        session.query(`select public.${n % 2 ? 'remove' : 'add'}_reaction($1, 1, '👍')`, [conversation])
      ])
    );
    expect(await message(`(reactions #>> '{👍,count}')::int as count`)).toEqual({ count: 10 });
  });

  test('of somebody who is being removed come before the removal, or not at all', async () => {
    const outcome = await oneAfterTheOther(
      `select public.remove_member($1, '${people[1]!.id}')`,
      `select public.add_reaction($1, 1, '👍')`
    );
    expect(outcome).toBe('not_a_member');
    expect(await message('reactions')).toEqual({ reactions: {} });
  });
});

describe('an edit', () => {
  test('that waits for a deletion is refused', async () => {
    const own = await world.signIn(people[0]!);
    second = own;
    expect(await oneAfterTheOther('select public.delete_message($1, 1)', `select public.edit_message($1, 1, 'Again')`)).toBe(
      'message_deleted'
    );
    expect(await message('content')).toEqual({ content: '' });
    await own.close();
  });

  test('that a deletion waits for leaves nothing to be read', async () => {
    second = await world.signIn(people[0]!);
    expect(await oneAfterTheOther(`select public.edit_message($1, 1, 'Again')`, 'select public.delete_message($1, 1)')).toBe(
      'done'
    );
    expect(await message('content, edited_at')).toEqual({ content: '', edited_at: null });
    const { rows } = await world.admin.query('select 1 from public.message_edits where conversation_id = $1', [conversation]);
    expect(rows).toEqual([]);
    await second.close();
  });

  test('on ten devices at once: each has its version, in the order of the revisions', async () => {
    const devices = await Promise.all(Array.from({ length: 10 }, () => world.signIn(people[0]!)));
    await Promise.all(
      devices.map((device, n) => device.query('select public.edit_message($1, 1, $2)', [conversation, `version ${n}`]))
    );
    const { rows } = await world.admin.query<{ version: number; written_at: Date; replaced_at: Date }>(
      'select version, written_at, replaced_at from public.message_edits where conversation_id = $1 order by version',
      [conversation]
    );
    expect(rows.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const [n, row] of rows.entries()) if (n > 0) expect(row.written_at).toEqual(rows[n - 1]!.replaced_at);
    await Promise.all(devices.map((device) => device.close()));
  });
});

test('a deletion by two at once is one', async () => {
  second = await world.signIn(people[0]!);
  const before = await revision();
  expect(await oneAfterTheOther('select public.delete_message($1, 1)', 'select public.delete_message($1, 1)')).toBe('done');
  expect(await revision()).toBe(before + 1);
  await second.close();
});

test('an answer that waits for the deletion of what it answers is refused', async () => {
  const outcome = await oneAfterTheOther(
    'select public.delete_message($1, 1)',
    `select public.send_message($1, gen_random_uuid(), 'Yes', 1)`
  );
  expect(outcome).toBe('message_deleted');
});

test('answers in a thread by twenty people at once are all counted', async () => {
  await Promise.all(
    sessions.map((session) => session.query(`select public.send_message($1, $2, 'I', null, 1)`, [conversation, randomUUID()]))
  );
  expect(await message('thread_count')).toEqual({ thread_count: 20 });
});

test('of pins at once, no more than the limit', async () => {
  await world.admin.query('update private.settings set pins_max = 3');
  for (let n = 0; n < 9; n += 1)
    await first.query('select public.send_message($1, $2, $3)', [conversation, randomUUID(), 'pin me']);
  const outcomes = await Promise.all(
    sessions.slice(0, 9).map((session, n) => refusal(session.query('select public.pin_message($1, $2)', [conversation, n + 1])))
  );
  expect(outcomes.sort()).toEqual([...Array<string>(3).fill('done'), ...Array<string>(6).fill('pins_full')]);
  await world.admin.query('update private.settings set pins_max = 100');
});

describe('votes', () => {
  const votes = async (seq: number) =>
    (
      await world.admin.query<{ poll: { voters: number; options: { votes: number }[] } }>(
        'select poll from public.messages where conversation_id = $1 and seq = $2',
        [conversation, seq]
      )
    ).rows[0]!.poll;

  test('of twenty people at once are all counted, and all when they change their minds', async () => {
    await first.query(`select public.create_poll($1, $2, 'Cake?', '{a,b,c}')`, [conversation, randomUUID()]);
    await Promise.all(sessions.map((session, n) => session.query('select public.vote($1, 2, $2)', [conversation, [n % 3]])));
    expect(await votes(2)).toMatchObject({ voters: 20, options: [{ votes: 7 }, { votes: 7 }, { votes: 6 }] });
    await Promise.all(
      sessions.map((session, n) => session.query('select public.vote($1, 2, $2)', [conversation, n % 2 ? [0] : []]))
    );
    expect(await votes(2)).toMatchObject({ voters: 10, options: [{ votes: 10 }, { votes: 0 }, { votes: 0 }] });
  });

  test('of one person for different options at once are one vote', async () => {
    await first.query(`select public.create_poll($1, $2, 'Cake?', '{a,b,c}')`, [conversation, randomUUID()]);
    const devices = await Promise.all(Array.from({ length: 9 }, () => world.signIn(people[1]!)));
    await Promise.all(devices.map((device, n) => device.query('select public.vote($1, 2, $2)', [conversation, [n % 3]])));
    const poll = await votes(2);
    expect(poll.voters).toBe(1);
    expect(poll.options.map((option) => option.votes).sort()).toEqual([0, 0, 1]);
    await Promise.all(devices.map((device) => device.close()));
  });

  test('that wait while the poll is closed are refused', async () => {
    await first.query(`select public.create_poll($1, $2, 'Cake?', '{a,b,c}')`, [conversation, randomUUID()]);
    const outcome = await oneAfterTheOther('select public.close_poll($1, 2)', `select public.vote($1, 2, '{0}')`);
    expect(outcome).toBe('poll_closed');
    expect((await votes(2)).voters).toBe(0);
  });
});

describe('people who are told of each other’s messages', () => {
  test('in many conversations at once never wait in a circle', async () => {
    const others = people.slice(0, 6);
    const handles = (
      await world.admin.query<{ handle: string }>('select handle from public.profiles where id = any ($1) order by id', [
        others.map(({ id }) => id)
      ])
    ).rows.map(({ handle }) => handle);
    const groups = await Promise.all(others.map((person) => world.group(person, others)));
    for (const group of groups)
      for (const session of sessions.slice(0, 6))
        await session.query('select public.send_message($1, $2, $3)', [group, randomUUID(), 'here']);
    const talk = async (session: Session, n: number) => {
      for (let round = 0; round < 20; round += 1) {
        // Names some, in another order each time, answers another, and all are called in between.
        const names = [...handles, ...handles].slice((n + round) % 6, ((n + round) % 6) + 3).map((handle) => `@${handle}`);
        await session.query('select public.send_message($1, $2, $3, $4)', [
          groups[(n + round) % 6],
          randomUUID(),
          round % 5 === 0 ? '@channel' : names.reverse().join(' '),
          ((n * 7 + round) % 6) + 1
        ]);
      }
    };
    await Promise.all(sessions.slice(0, 6).map(talk));
    const { rows } = await world.admin.query<{ dense: boolean }>(
      `select p.revision = count(*) as dense from private.personal p join public.notifications n using (user_id) group by p.user_id, p.revision`
    );
    expect(rows.every(({ dense }) => dense)).toBe(true);
  });

  test('by forwarding to the same conversations at once neither', async () => {
    const groups = await Promise.all(Array.from({ length: 6 }, () => world.group(people[0]!, people)));
    await Promise.all(
      sessions
        .slice(0, 6)
        .map((session, n) =>
          session.query('select * from public.forward_message($1, 1, $2)', [
            conversation,
            [...groups.slice(n), ...groups.slice(0, n)]
          ])
        )
    );
    const { rows } = await world.admin.query('select distinct last_seq::int from public.conversations where id = any ($1)', [
      groups
    ]);
    expect(rows).toEqual([{ last_seq: 6 }]);
  });

  test('forwarded twice at once with the same id is forwarded once', async () => {
    const target = await world.group(people[0]!, people);
    const id = randomUUID();
    const devices = await Promise.all(Array.from({ length: 6 }, () => world.signIn(people[1]!)));
    await Promise.all(
      devices.map((device) => device.query('select * from public.forward_message($1, 1, $2, $3)', [conversation, [target], id]))
    );
    const { rows } = await world.admin.query('select last_seq::int from public.conversations where id = $1', [target]);
    expect(rows).toEqual([{ last_seq: 1 }]);
    await Promise.all(devices.map((device) => device.close()));
  });
});

describe('a request that comes twice at the same moment', () => {
  test('edits once, whatever is edited in between', async () => {
    const id = randomUUID();
    const edit = (content: string, change: string) => `select public.edit_message($1, 1, '${content}', '${change}')`;
    expect(await oneAfterTheOther(edit('once', id), `select public.add_reaction($1, 1, '👍')`)).toBe('done');
    const other = sessions[2]!;
    const own = await world.signIn(people[0]!);
    await first.query('begin');
    await first.query(edit('later', randomUUID()), [conversation]);
    const late = own.query(edit('once', id), [conversation]);
    await waitingFor(world.admin, own.pid, first.pid);
    await first.query('commit');
    await late;
    expect(await message('content')).toEqual({ content: 'later' });
    await own.close();
    expect(await refusal(other.query(edit('not mine', id), [conversation]))).toBe('not_allowed');
  });

  test('counts as one reaction, and is gone when it is taken back', async () => {
    const id = randomUUID();
    const twice = await Promise.all([
      first.query(`select public.add_reaction($1, 1, '👍', '${id}')`, [conversation]),
      world.signIn(people[0]!).then(async (again) => {
        await again.query(`select public.add_reaction($1, 1, '👍', '${id}')`, [conversation]);
        await again.close();
      })
    ]);
    expect(twice).toHaveLength(2);
    expect(await message(`(reactions #>> '{👍,count}')::int as count`)).toEqual({ count: 1 });
    await first.query(`select public.remove_reaction($1, 1, '👍', $2)`, [conversation, randomUUID()]);
    await first.query(`select public.add_reaction($1, 1, '👍', '${id}')`, [conversation]);
    expect(await message('reactions')).toEqual({ reactions: {} });
  });
});
