/** Other people, as the app asks for them, against the real stack. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Moderation } from '../../web/lib/api/moderation.ts';
import { People } from '../../web/lib/api/people.ts';
import { Teams } from '../../web/lib/api/teams.ts';
import { World, type Someone } from '../client/support/people.ts';

let world: World;
let alice: Someone;
let bob: Someone;
let mod: Someone;
let ofAlice: People;
let group: string;

beforeAll(async () => {
  world = new World();
  [alice, bob, mod] = await Promise.all([world.someone('Alice'), world.someone('Bob'), world.someone('Moderator')]);
  ofAlice = new People(alice.supabase, alice.id);
  const { data } = await alice.supabase.rpc('create_group', { title: 'Harbour', member_ids: [bob.id] });
  group = (data as { id: string }[])[0]!.id;
});
afterAll(() => world.stop());

test('a profile, or null where there is none', async () => {
  expect(await ofAlice.profile(bob.id)).toMatchObject({
    id: bob.id,
    displayName: 'Bob',
    isBot: false,
    joinedAt: expect.any(Date)
  });
  expect(await ofAlice.profile('00000000-0000-4000-8000-000000000000')).toBeNull();
  expect([...(await ofAlice.byId([bob.id, bob.id])).keys()]).toEqual([bob.id]);
  expect((await ofAlice.byId([])).size).toBe(0);
});

test('what one has in common', async () => {
  expect(await ofAlice.shared(bob.id)).toEqual([{ id: group, kind: 'group', title: 'Harbour', memberCount: 2 }]);
  expect(await ofAlice.shared(mod.id)).toEqual([]);
  const teams = new Teams(alice.supabase, alice.id);
  const team = await teams.create('Quay', '');
  expect(await ofAlice.sharedTeams(bob.id)).toEqual([]);
  await teams.invite(team, [bob.id], 'member');
  const ofBob = new Teams(bob.supabase, bob.id);
  await ofBob.accept((await ofBob.ownInvitations())[0]!.id);
  expect(await ofAlice.sharedTeams(bob.id)).toEqual([{ id: team, name: 'Quay' }]);
});

test('who is blocked stands on the list until unblocked', async () => {
  await alice.supabase.rpc('block_user', { user_id: bob.id });
  expect(await ofAlice.blocked()).toMatchObject([{ id: bob.id, displayName: 'Bob', since: expect.any(Date) }]);
  await alice.supabase.rpc('unblock_user', { user_id: bob.id });
  expect(await ofAlice.blocked()).toEqual([]);
});

test('what is reported is handled by a moderator, and by nobody else', async () => {
  const handling = new Moderation(mod.supabase);
  expect(await handling.isModerator()).toBe(false);
  await world.admin.rpc('set_moderator', { user_id: mod.id, is_moderator: true });
  expect(await handling.isModerator()).toBe(true);

  await bob.supabase.rpc('send_message', { conversation_id: group, id: crypto.randomUUID(), content: 'buy my watches' });
  const { data } = await bob.supabase.from('messages').select('seq').eq('content', 'buy my watches').single();
  await ofAlice.reportMessage(group, data!['seq'] as number, 'spam', 'every day');
  await ofAlice.report(bob.id, 'other', '');
  const mine = (await handling.reports('open')).filter(({ subject }) => subject?.id === bob.id);
  expect(mine).toMatchObject([
    {
      reason: 'spam',
      note: 'every day',
      said: 'buy my watches',
      conversationId: group,
      reporter: { id: alice.id },
      action: null
    },
    { reason: 'other', note: null, said: null, conversationId: null }
  ]);
  expect(await new Moderation(bob.supabase).reports('open')).toEqual([]);

  await handling.handle(mine[0]!.id, { action: 'remove', note: 'No advertising, please.' });
  await handling.handle(mine[1]!.id, { action: 'suspend', until: new Date(Date.now() + 3_600_000) });
  const closed = (await handling.reports('closed')).filter(({ subject }) => subject?.id === bob.id);
  expect(closed.map(({ action, status, handler }) => [action, status, handler?.id])).toEqual([
    ['suspend', 'handled', mod.id],
    ['remove', 'handled', mod.id]
  ]);
  await handling.moderate(bob.id, { action: 'lift_suspension' });
  const acts = (await handling.auditLog(null)).filter(({ subjectId }) => subjectId === bob.id);
  expect(acts.slice(0, 3).map(({ action, actorId, details }) => [action, actorId, details['action']])).toEqual([
    ['user_moderated', mod.id, 'lift_suspension'],
    ['report_handled', mod.id, 'suspend'],
    ['report_handled', mod.id, 'remove']
  ]);
  expect((await handling.auditLog(null, acts[0]!.id)).some(({ id }) => id >= acts[0]!.id)).toBe(false);
});
