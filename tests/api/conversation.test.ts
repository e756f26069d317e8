/** Settings of conversations, bots and webhooks, as the app asks for them, against the real stack. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Channels } from '../../web/lib/api/channels.ts';
import { ConversationSettings } from '../../web/lib/api/conversation-details.ts';
import { Integrations } from '../../web/lib/api/integrations.ts';
import { Teams } from '../../web/lib/api/teams.ts';
import { World, type Someone } from '../client/support/people.ts';

let world: World;
let alice: Someone;
let bob: Someone;

beforeAll(async () => {
  world = new World();
  [alice, bob] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
});
afterAll(() => world.stop());

test('a group is configured by who may, and shows it to its members', async () => {
  const { data } = await alice.supabase.rpc('create_group', { title: 'Harbour', member_ids: [bob.id] });
  const id = (data as { id: string }[])[0]!.id;
  const [ofAlice, ofBob] = [new ConversationSettings(alice.supabase), new ConversationSettings(bob.supabase)];
  await ofAlice.change(id, { description: 'By the water', postRole: 'admin', slowModeSeconds: 30 });
  await ofAlice.setDisappearing(id, 86_400);
  const stored = async () => {
    const { data } = await bob.supabase.from('conversation_list').select().eq('id', id).single();
    return data as Record<string, unknown>;
  };
  expect(await stored()).toMatchObject({
    description: 'By the water',
    post_role: 'admin',
    slow_mode_seconds: 30,
    disappear_after_seconds: 86_400,
    closed_at: null
  });
  await ofAlice.change(id, { isClosed: true, description: '' });
  await ofAlice.setDisappearing(id, null);
  expect(await stored()).toMatchObject({ description: null, disappear_after_seconds: null, slow_mode_seconds: 30 });
  expect((await stored())['closed_at']).not.toBeNull();
  expect(await ofBob.details(id)).toEqual({ teamId: null, isPublic: false });
  await expect(ofBob.change(id, { isClosed: false })).rejects.toMatchObject({ code: 'not_allowed' });
  expect(await ofBob.files(id)).toEqual([]);
  await bob.supabase.rpc('leave_conversation', { conversation_id: id });
  expect(await ofBob.details(id)).toBeNull();
});

test('bots and webhooks of a team: their secrets come once', async () => {
  const team = await new Teams(alice.supabase, alice.id).create('Quay', '');
  const channel = await new Channels(alice.supabase).create(team, {
    title: 'Builds',
    description: '',
    projectId: null,
    isPublic: true,
    isDefault: false,
    postRole: 'guest'
  });
  const calls = new Integrations(alice.supabase);
  const key = await calls.createBot(team, 'builds', 'Builds');
  const [bot] = await calls.bots(team);
  expect(bot).toMatchObject({ displayName: 'Builds', lastUsedAt: null });
  expect(await calls.rotateBotKey(bot!.id)).not.toBe(key);
  await calls.addBot(bot!.id, channel);
  expect(await calls.createIncoming(bot!.id, channel)).toMatch(/^\/functions\/v1\/incoming\//);
  const [incoming] = await calls.incoming([bot!.id]);
  expect(incoming).toMatchObject({ botId: bot!.id, conversation: { id: channel, title: 'Builds' }, lastUsedAt: null });
  await calls.deleteIncoming(incoming!.id);
  expect(await calls.incoming([bot!.id])).toEqual([]);

  const secret = await calls.createWebhook(team, 'https://example.com/hook', 'To the till');
  const [webhook] = await calls.webhooks(team);
  expect(webhook).toMatchObject({ url: 'https://example.com/hook', description: 'To the till', disabledAt: null });
  expect(await calls.rotateWebhookSecret(webhook!.id)).not.toBe(secret);
  await calls.setWebhookEnabled(webhook!.id, false);
  expect((await calls.webhooks(team))[0]).toMatchObject({ disabledReason: 'by_owner' });
  expect(await calls.deliveries(webhook!.id)).toEqual([]);
  await calls.deleteWebhook(webhook!.id);
  await calls.deleteBot(bot!.id);
  expect([await calls.webhooks(team), await calls.bots(team)]).toEqual([[], []]);
});
