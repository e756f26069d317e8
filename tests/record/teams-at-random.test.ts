/** Many people join, leave, add, remove, promote, write and block at once: whatever comes of it, the numbers agree. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcome } from './refusals.ts';
import { type Person, type Session, startWorld, type World } from './world.ts';

const PEOPLE = 10;
const STEPS_EACH = 60;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** The same numbers again for the same seed (mulberry32), so that a run can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

interface Scene {
  team: string;
  channels: string[];
  token: string;
  people: Person[];
}

/** One call, as text and values; what it may be refused is not looked at. */
function step({ team, channels, token, people }: Scene, random: (below: number) => number): [string, unknown[]] {
  const channel = channels[random(channels.length)]!;
  const other = people[random(people.length)]!.id;
  const calls: [string, unknown[]][] = [
    ['select public.join_team_by_link($1)', [token]],
    ['select public.join_channel($1)', [channel]],
    ['select public.join_channel($1)', [channel]],
    ['select public.leave_conversation($1)', [channel]],
    ['select public.leave_team($1)', [team]],
    ['select public.remove_from_team($1, $2)', [team, other]],
    ['select public.add_members($1, array[$2::uuid])', [channel, other]],
    ['select public.remove_member($1, $2)', [channel, other]],
    ['select public.set_team_role($1, $2, $3)', [team, other, ['owner', 'admin', 'member'][random(3)]]],
    ['select public.set_member_role($1, $2, $3)', [channel, other, ['owner', 'admin', 'member'][random(3)]]],
    ['select public.configure_conversation($1, is_public => $2)', [channel, random(4) > 0]],
    [
      `select public.accept_team_invitation(i.id) from public.team_invitations i
       where i.user_id = auth.uid() and i.status = 'open'`,
      []
    ],
    ['select public.invite_to_team($1, array[$2::uuid])', [team, other]],
    ['select public.block_user($1)', [other]],
    ['select public.unblock_user($1)', [other]],
    ['select public.send_message($1, $2, $3)', [channel, randomUUID(), `hello @p${random(people.length) + 1}`]],
    ['select public.send_message($1, $2, $3)', [channel, randomUUID(), 'hello']]
  ];
  return calls[random(calls.length)]!;
}

test.each([1, 2, 3])('after sequence %i of calls that come at once', async (seed) => {
  const people = await world.people(PEOPLE);
  const sessions = await Promise.all(people.map((person) => world.signIn(person)));
  const owner = sessions[0]!;
  const team = await owner.value<string>(`select id from public.create_team('Team')`);
  const channels: string[] = [];
  for (let n = 0; n < 4; n += 1) {
    channels.push(
      await owner.value<string>('select id from public.create_channel($1, $2, is_default => $3)', [team, `C${n}`, n < 2])
    );
  }
  const token = await owner.value<string>('select token from public.create_invite_link($1)', [team]);
  const scene = { team, channels, token, people };
  for (const session of sessions) await session.query('select public.join_team_by_link($1)', [token]);

  const outcomes = new Map<string, number>();
  const act = async (session: Session, random: (below: number) => number) => {
    for (let n = 0; n < STEPS_EACH; n += 1) {
      const result = await outcome(session.query(...step(scene, random)));
      outcomes.set(result, (outcomes.get(result) ?? 0) + 1);
    }
  };
  // outcome() lets an error through that is no refusal: a deadlock, for one, ends the test.
  await Promise.all(sessions.map((session, n) => act(session, randomFrom(seed * 1000 + n))));
  expect(outcomes.get('done')).toBeGreaterThan(PEOPLE * 10);

  const wrong = async (sql: string): Promise<unknown[]> => (await world.admin.query(sql, [team])).rows;
  expect(
    await wrong(
      `select t.member_count, count(m.*) from public.teams t
       left join public.team_members m on m.team_id = t.id and m.left_at is null
       where t.id = $1 group by t.id having t.member_count <> count(m.*)`
    ),
    'a team counts its members'
  ).toEqual([]);
  expect(
    await wrong(
      `select c.id, c.member_count, count(m.*), count(m.*) filter (where m.role = 'owner') as owners
       from public.conversations c left join public.members m on m.conversation_id = c.id and m.left_at is null
       where c.team_id = $1 group by c.id
       having c.member_count <> count(m.*) or count(m.*) filter (where m.role = 'owner') <> least(count(m.*), 1)`
    ),
    'so does a channel, which has one owner'
  ).toEqual([]);
  expect(
    await wrong(
      `select count(*) filter (where role = 'owner') as owners from public.team_members
       where team_id = $1 and left_at is null having count(*) filter (where role = 'owner') <> least(count(*), 1)`
    ),
    'as has the team'
  ).toEqual([]);
  expect(
    await wrong(
      `select m.* from public.members m join public.conversations c on c.id = m.conversation_id
       where c.team_id = $1 and m.left_at is null and not exists (
         select from public.team_members t where t.team_id = c.team_id and t.user_id = m.user_id and t.left_at is null
       )`
    ),
    'nobody is in a channel who is not in its team'
  ).toEqual([]);
  expect(
    await wrong(
      `select c.id from public.conversations c
       where c.team_id = $1 and c.last_seq <> (select count(*) from public.messages m where m.conversation_id = c.id)`
    ),
    'messages are numbered without gaps'
  ).toEqual([]);
  expect(
    await wrong(
      `select p.user_id, p.revision from private.personal p join public.team_members t on t.user_id = p.user_id and t.team_id = $1
       where p.revision < (select max(r.revision) from private.personal_rows(p.user_id, 0, 1000) r)`
    ),
    'no personal row is ahead of its counter'
  ).toEqual([]);
  await Promise.all(sessions.map((session) => session.close()));
});
