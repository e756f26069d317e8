/** Teams and channels as the app asks for them, against the real stack. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Channels } from '../../web/lib/api/channels.ts';
import { Teams } from '../../web/lib/api/teams.ts';
import { World, type Someone } from '../client/support/people.ts';

let world: World;
let alice: Someone;
let bob: Someone;
let carol: Someone;
let ofAlice: Teams;
let ofBob: Teams;
let ofCarol: Teams;
let team: string;

const teamsOf = (person: Someone) => new Teams(person.supabase, person.id);

beforeAll(async () => {
  world = new World();
  [alice, bob, carol] = await Promise.all([world.someone('Alice'), world.someone('Bob'), world.someone('Carol')]);
  [ofAlice, ofBob, ofCarol] = [teamsOf(alice), teamsOf(bob), teamsOf(carol)];
  team = await ofAlice.create('Harbour', 'By the water');
});
afterAll(() => world.stop());

describe('a team', () => {
  test('is listed with one’s own role, and not shown to others', async () => {
    expect(await ofAlice.mine()).toEqual([
      { id: team, name: 'Harbour', description: 'By the water', memberCount: 1, role: 'owner' }
    ]);
    expect(await ofAlice.team(team)).toMatchObject({ name: 'Harbour' });
    expect(await ofBob.mine()).toEqual([]);
    expect(await ofBob.team(team)).toBeNull();
  });

  test('says what a role may do', async () => {
    expect([...(await ofAlice.permissions('guest'))]).toEqual([]);
    expect((await ofAlice.permissions('member')).has('create_channel')).toBe(true);
    expect((await ofAlice.permissions('admin')).has('set_roles')).toBe(false);
    expect((await ofAlice.permissions('owner')).has('set_roles')).toBe(true);
  });

  test('changes its name; an empty description is taken away', async () => {
    await ofAlice.update(team, { name: 'Quay', description: '' });
    expect(await ofAlice.team(team)).toMatchObject({ name: 'Quay', description: null });
  });
});

describe('coming in', () => {
  test('by invitation: shown with the name of the team, accepted', async () => {
    await ofAlice.invite(team, [bob.id, carol.id], 'member');
    expect(await ofAlice.invitations(team)).toEqual(
      expect.arrayContaining([expect.objectContaining({ role: 'member', person: expect.objectContaining({ id: bob.id }) })])
    );
    const [invitation] = await ofBob.ownInvitations();
    expect(invitation).toMatchObject({ teamId: team, name: 'Quay', role: 'member', invitedBy: alice.id, memberCount: 1 });
    expect(await ofBob.accept(invitation!.id)).toBe(team);
    expect((await ofBob.mine()).map(({ id }) => id)).toEqual([team]);
    expect(await ofBob.ownInvitations()).toEqual([]);
  });

  test('an invitation is taken back, another one declined', async () => {
    const [invitation] = await ofAlice.invitations(team);
    await ofAlice.revoke(invitation!.id);
    expect(await ofCarol.ownInvitations()).toEqual([]);
    await ofAlice.invite(team, [carol.id], 'guest');
    const [second] = await ofCarol.ownInvitations();
    await ofCarol.decline(second!.id);
    expect(await ofAlice.invitations(team)).toEqual([]);
  });

  test('by a link, which is shown once, looked at, used up, revoked', async () => {
    const secret = await ofAlice.createLink(team, { role: 'guest', expiresInDays: 7, maxUses: 1 });
    const [link] = await ofAlice.links(team);
    expect(link).toMatchObject({ role: 'guest', maxUses: 1, uses: 0, revokedAt: null });
    expect(link!.expiresAt.getTime()).toBeGreaterThan(Date.now() + 6 * 86_400_000);
    expect(await ofCarol.lookAtLink(secret)).toMatchObject({ teamId: team, name: 'Quay', role: 'guest' });
    expect(await ofCarol.joinByLink(secret)).toBe(team);
    expect(await ofAlice.links(team)).toEqual([]);
    const another = await ofAlice.createLink(team, { role: 'member', expiresInDays: 1, maxUses: null });
    await ofAlice.revokeLink((await ofAlice.links(team))[0]!.id);
    expect(await ofAlice.links(team)).toEqual([]);
    await expect(ofBob.lookAtLink(another)).rejects.toMatchObject({ name: 'Refused' });
  });
});

describe('members', () => {
  test('are listed with their roles; a guest sees only themselves', async () => {
    expect((await ofAlice.members(team)).map(({ displayName, role }) => [displayName, role])).toEqual([
      ['Alice', 'owner'],
      ['Bob', 'member'],
      ['Carol', 'guest']
    ]);
    expect((await ofCarol.members(team)).map(({ displayName }) => displayName)).toEqual(['Carol']);
  });

  test('get another role, are removed, hand over, leave', async () => {
    await ofAlice.setRole(team, bob.id, 'admin');
    await expect(ofBob.setRole(team, alice.id, 'member')).rejects.toMatchObject({ code: 'not_allowed_in_team' });
    await ofBob.remove(team, carol.id);
    expect(await ofCarol.mine()).toEqual([]);
    await ofAlice.setRole(team, bob.id, 'owner');
    expect((await ofAlice.mine())[0]).toMatchObject({ role: 'admin' });
    await ofBob.setRole(team, alice.id, 'owner');
    await ofBob.leave(team);
    expect(await ofBob.mine()).toEqual([]);
  });
});

test('words are put on the list, changed and taken off', async () => {
  await ofAlice.setWords(team, ['darn', 'heck*'], 'refuse');
  await ofAlice.setWords(team, ['darn'], 'mask');
  expect(await ofAlice.words(team)).toEqual([
    { word: 'darn', action: 'mask' },
    { word: 'heck*', action: 'refuse' }
  ]);
  await ofAlice.setWords(team, ['darn'], null);
  expect((await ofAlice.words(team)).map(({ word }) => word)).toEqual(['heck*']);
});

describe('channels', () => {
  let here: Channels;
  let member: Channels;

  beforeAll(async () => {
    [here, member] = [new Channels(alice.supabase), new Channels(carol.supabase)];
    await ofAlice.invite(team, [carol.id], 'member');
    await ofCarol.accept((await ofCarol.ownInvitations())[0]!.id);
  });

  const plain = { description: '', projectId: null, isPublic: true, isDefault: false, postRole: 'guest' } as const;

  test('public ones are found and joined, private ones are not', async () => {
    const project = await here.createProject(team, 'Spring', 'Flowers');
    const open = await here.create(team, { ...plain, title: 'Prices', projectId: project });
    await here.create(team, { ...plain, title: 'Secret', isPublic: false });
    expect((await here.all(team, true)).map(({ title, isPublic, role }) => [title, isPublic, role])).toEqual([
      ['Prices', true, 'owner'],
      ['Secret', false, 'owner']
    ]);
    expect(await member.all(team, true)).toMatchObject([{ id: open, title: 'Prices', projectId: project, role: null }]);
    await member.join(open);
    expect(await member.all(team, true)).toMatchObject([{ role: 'member', memberCount: 2 }]);
    expect(await member.all(team, false)).toMatchObject([{ role: 'member' }]);
    await member.leave(open);
    expect(await member.all(team, false)).toEqual([]);
  });

  test('an archived one stays for its members, and is found by nobody else', async () => {
    const [prices] = await here.all(team, true);
    await here.setArchived(prices!.id, true);
    expect(await member.all(team, true)).toEqual([]);
    expect((await here.all(team, true))[0]).toMatchObject({ title: 'Prices', isArchived: true });
    await here.setArchived(prices!.id, false);
    expect((await member.all(team, true))[0]).toMatchObject({ title: 'Prices', isArchived: false });
  });

  test('projects are put away and taken out again', async () => {
    const [project] = await here.projects(team);
    expect(project).toMatchObject({ name: 'Spring', description: 'Flowers', createdBy: alice.id, archivedAt: null });
    await here.setProjectArchived(project!.id, true);
    expect((await here.projects(team))[0]!.archivedAt).toBeInstanceOf(Date);
    await here.setProjectArchived(project!.id, false);
    expect((await here.projects(team))[0]!.archivedAt).toBeNull();
  });
});
