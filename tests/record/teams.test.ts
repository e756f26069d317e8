/** Joining, leaving and inviting, each by several at the same moment. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitingFor } from './locks.ts';
import { outcome } from './refusals.ts';
import { type Person, type Session, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

interface Team {
  id: string;
  /** Public, the first one default. */
  channels: string[];
  owner: Session;
}

async function makeTeam(owner: Person, members: Person[], channelCount = 3): Promise<Team> {
  const session = await world.signIn(owner);
  const id = await session.value<string>(`select id from public.create_team('Team')`);
  const channels: string[] = [];
  for (let n = 0; n < channelCount; n += 1) {
    channels.push(
      await session.value<string>('select id from public.create_channel($1, $2, is_default => $3)', [id, `Channel ${n}`, n === 0])
    );
  }
  await world.admin.query('select private.let_into_team(private.lock_team($1), $2, $3, actor_id => $4)', [
    id,
    members.map((member) => member.id),
    'member',
    owner.id
  ]);
  return { id, channels, owner: session };
}

const channelsOf = async (team: Team, person: Person): Promise<number> => {
  const { rows } = await world.admin.query<{ n: number }>(
    'select count(*)::int as n from public.members where conversation_id = any ($1) and user_id = $2 and left_at is null',
    [team.channels, person.id]
  );
  return rows[0]!.n;
};

describe('an invitation link', () => {
  test('with one use left, taken by ten at once, lets one in', async () => {
    const [owner, ...others] = (await world.people(11)) as [Person, ...Person[]];
    const team = await makeTeam(owner, []);
    const sessions = await Promise.all(others.map((person) => world.signIn(person)));
    for (let round = 1; round <= 3; round += 1) {
      const token = await team.owner.value<string>('select token from public.create_invite_link($1, max_uses => 1)', [team.id]);
      const remaining = sessions.slice(round - 1);
      const results = await Promise.all(
        remaining.map((session) => outcome(session.query('select public.join_team_by_link($1)', [token])))
      );
      const winner = results.indexOf('done');
      expect(results.filter((result) => result === 'done')).toHaveLength(1);
      expect(results.filter((result) => result === 'invite_link_over')).toHaveLength(remaining.length - 1);
      // Who is in takes no further part.
      sessions.splice(sessions.indexOf(remaining[winner]!), 1);
      sessions.unshift(remaining[winner]!);
    }
    const { rows } = await world.admin.query(
      `select t.member_count, (select count(*)::int from public.team_members m where m.team_id = t.id) as members,
         (select sum(uses)::int from public.team_invite_links l where l.team_id = t.id) as uses
       from public.teams t where t.id = $1`,
      [team.id]
    );
    expect(rows).toEqual([{ member_count: 4, members: 4, uses: 3 }]);
  });

  test('that is revoked while somebody joins lets them in before, or not at all', async () => {
    const [owner, joiner] = (await world.people(2)) as [Person, Person];
    const team = await makeTeam(owner, []);
    const [link] = await team.owner.query<{ id: string; token: string }>('select id, token from public.create_invite_link($1)', [
      team.id
    ]);
    const session = await world.signIn(joiner);
    await team.owner.query('begin');
    await team.owner.query('select public.revoke_invite_link($1)', [link!.id]);
    const joining = outcome(session.query('select public.join_team_by_link($1)', [link!.token]));
    await waitingFor(world.admin, session.pid, team.owner.pid);
    await team.owner.query('commit');
    expect(await joining).toBe('invite_link_over');
  });
});

describe('an invitation by name', () => {
  test('that is accepted and revoked at the same moment has one end', async () => {
    const [owner, ...others] = (await world.people(6)) as [Person, ...Person[]];
    const team = await makeTeam(owner, []);
    for (const person of others) {
      const id = await team.owner.value<string>('select id from public.invite_to_team($1, array[$2::uuid])', [
        team.id,
        person.id
      ]);
      const session = await world.signIn(person);
      const [accepted, revoked] = await Promise.all([
        outcome(session.query('select public.accept_team_invitation($1)', [id])),
        outcome(team.owner.query('select public.revoke_team_invitation($1)', [id]))
      ]);
      expect([accepted, revoked].sort()).toEqual(['done', 'invitation_over']);
      expect(await channelsOf(team, person)).toBe(accepted === 'done' ? 1 : 0);
    }
  });
});

describe('who is removed from a team', () => {
  test('is in none of its channels, however they join at the same moment', async () => {
    const people = (await world.people(9)) as [Person, ...Person[]];
    const [owner, ...victims] = people;
    const team = await makeTeam(owner, victims, 6);
    for (const victim of victims) {
      const sessions = await Promise.all(team.channels.slice(1).map(() => world.signIn(victim)));
      const joins = sessions.map((session, n) =>
        outcome(session.query('select public.join_channel($1)', [team.channels[n + 1]]))
      );
      const removal = outcome(team.owner.query('select public.remove_from_team($1, $2)', [team.id, victim.id]));
      const results = await Promise.all([...joins, removal]);
      expect(results.at(-1)).toBe('done');
      expect(results.slice(0, -1).filter((result) => result !== 'done' && result !== 'conversation_not_found')).toEqual([]);
      expect(await channelsOf(team, victim)).toBe(0);
      await Promise.all(sessions.map((session) => session.close()));
    }
  });

  test('cannot be added to a channel by somebody who has not heard of it', async () => {
    const [owner, victim] = (await world.people(2)) as [Person, Person];
    const team = await makeTeam(owner, [victim]);
    const adding = await world.signIn(owner);
    await team.owner.query('begin');
    await team.owner.query('select public.remove_from_team($1, $2)', [team.id, victim.id]);
    const added = outcome(adding.query('select public.add_members($1, array[$2::uuid])', [team.channels[2], victim.id]));
    await waitingFor(world.admin, adding.pid, team.owner.pid);
    await team.owner.query('commit');
    expect(await added).toBe('team_member_not_found');
    expect(await channelsOf(team, victim)).toBe(0);
  });
});

describe('slow mode', () => {
  test('lets one of ten messages through that a person sends at once', async () => {
    const [owner, member] = (await world.people(2)) as [Person, Person];
    const team = await makeTeam(owner, [member]);
    await team.owner.query('select public.configure_conversation($1, slow_mode_seconds => 3600)', [team.channels[0]]);
    const sessions = await Promise.all(Array.from({ length: 10 }, () => world.signIn(member)));
    const results = await Promise.all(
      sessions.map((session) =>
        outcome(session.query('select public.send_message($1, gen_random_uuid(), $2)', [team.channels[0], 'hello']))
      )
    );
    expect(results.filter((result) => result === 'done')).toHaveLength(1);
    expect(results.filter((result) => result === 'slow_mode')).toHaveLength(9);
  });
});
