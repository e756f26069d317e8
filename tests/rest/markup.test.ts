/** SQL and HTML in every field: kept as the text that it is where text is meant, refused elsewhere, and never carried out. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { call, directConversation, type Person, rpc, signUp } from './world.ts';

const NASTY = [
  `'; drop table public.messages; --`,
  `"); delete from public.profiles; --`,
  `$$; truncate public.members; $$`,
  `\\'; select pg_sleep(5); --`,
  '<script>alert(document.cookie)</script>',
  '<img src=x onerror=alert(1)>',
  '&lt;b&gt;',
  '{{constructor.constructor("return 1")()}}',
  '../../../etc/passwd',
  '%00%0a%27',
  '${7*7}#{7*7}'
];

let alice: Person;
let bob: Person;
let conversation: string;

beforeAll(async () => {
  [alice, bob] = (await Promise.all(['alice', 'bob'].map(signUp))) as [Person, Person];
  conversation = await directConversation(alice, bob);
});

const get = (path: string) => call('GET', `/rest/v1/${path}`, { token: alice.token });

describe('where text is meant, it is kept as it is', () => {
  test.each(NASTY)('in a message: %s', async (text) => {
    const { body: sent } = await rpc(
      'send_message',
      { conversation_id: conversation, id: randomUUID(), content: text },
      alice.token
    );
    expect(sent.content).toBe(text);
    const { body } = await get(`messages?conversation_id=eq.${conversation}&seq=eq.${sent.seq}&select=content`);
    expect(body).toEqual([{ content: text }]);
  });

  test.each(NASTY)('in a title: %s', async (text) => {
    const { body } = await rpc('create_group', { title: text }, alice.token);
    expect(body[0].title).toBe(text);
    expect((await rpc('rename_conversation', { conversation_id: body[0].id, title: `${text}!` }, alice.token)).status).toBe(204);
    expect((await get(`conversations?id=eq.${body[0].id}&select=title`)).body).toEqual([{ title: `${text}!` }]);
  });

  test.each(NASTY)('in a name: %s', async (text) => {
    const { status, body } = await call('PATCH', `/rest/v1/profiles?id=eq.${alice.id}`, {
      token: alice.token,
      headers: { prefer: 'return=representation' },
      body: { display_name: text }
    });
    expect(status).toBe(200);
    expect(body[0].display_name).toBe(text);
  });

  test.each(NASTY)('in the name of a new account: %s', async (text) => {
    const { status, body } = await call('POST', '/auth/v1/signup', {
      body: { email: `${randomUUID()}@rest.example`, password: 'a secret of 16', data: { display_name: text, handle: text } }
    });
    expect(status).toBe(200);
    const { body: profiles } = await get(`profiles?id=eq.${body.user.id}&select=display_name,handle`);
    expect(profiles[0].display_name).toBe(text);
    expect(profiles[0].handle).toMatch(/^[a-z0-9_]{3,30}$/);
  });

  test.each(NASTY)('in a search, which finds nobody by it: %s', async (text) => {
    const { status, body } = await rpc('search_users', { query: `zz${text}` }, bob.token);
    expect({ status, body }).toEqual({ status: 200, body: [] });
  });
});

describe('where something else is meant, it is refused', () => {
  const stories: [string, (text: string) => ReturnType<typeof call>][] = [
    ['a handle', (text) => call('PATCH', `/rest/v1/profiles?id=eq.${alice.id}`, { token: alice.token, body: { handle: text } })],
    [
      'a picture',
      (text) => call('PATCH', `/rest/v1/profiles?id=eq.${alice.id}`, { token: alice.token, body: { avatar_url: text } })
    ],
    ['a conversation', (text) => rpc('send_message', { conversation_id: text, id: randomUUID(), content: 'x' }, alice.token)],
    ['a message id', (text) => rpc('send_message', { conversation_id: conversation, id: text, content: 'x' }, alice.token)],
    ['a person', (text) => rpc('start_direct_conversation', { user_id: text }, alice.token)],
    ['people', (text) => rpc('create_group', { title: 'x', member_ids: [text] }, alice.token)],
    ['members to add', (text) => rpc('add_members', { conversation_id: conversation, user_ids: [text] }, alice.token)],
    ['a member to remove', (text) => rpc('remove_member', { conversation_id: conversation, user_id: text }, alice.token)],
    ['a conversation to leave', (text) => rpc('leave_conversation', { conversation_id: text }, alice.token)],
    ['a role', (text) => rpc('set_member_role', { conversation_id: conversation, user_id: bob.id, role: text }, alice.token)],
    ['marks', (text) => rpc('mark_read', { marks: { [text]: 1 } }, alice.token)],
    ['a mark', (text) => rpc('mark_delivered', { marks: { [conversation]: text } }, alice.token)],
    ['cursors', (text) => rpc('sync', { cursors: { [text]: 1 } }, alice.token)],
    ['a cursor', (text) => rpc('sync', { cursors: { [conversation]: text } }, alice.token)],
    ['a device', (text) => rpc('heartbeat', { device_id: text, state: 'active' }, alice.token)],
    ['a state', (text) => rpc('heartbeat', { device_id: randomUUID(), state: text }, alice.token)],
    ['who is there', (text) => rpc('presence', { user_ids: [text] }, alice.token)],
    ['a filter', (text) => get(`messages?conversation_id=eq.${encodeURIComponent(text)}`)],
    ['an order', (text) => get(`messages?order=${encodeURIComponent(text)}`)],
    ['a number', (text) => get(`messages?seq=lt.${encodeURIComponent(text)}`)]
  ];

  test.each(stories)('as %s', async (_what, request) => {
    for (const text of NASTY) {
      const { status, body } = await request(text);
      expect(status, text).toBeGreaterThanOrEqual(400);
      expect(status, text).toBeLessThan(500);
      expect(body.code, text).toEqual(expect.any(String));
    }
  });
});

test.each(['select', 'limit', 'offset', 'columns', 'and', 'or', 'on_conflict'])(
  'as the parameter %s it does no harm',
  async (parameter) => {
    for (const text of NASTY) {
      const { status } = await get(`messages?${parameter}=${encodeURIComponent(text)}`);
      expect(status, text).toBeLessThan(500);
    }
  }
);

test('nothing of it was carried out', async () => {
  for (const table of ['messages', 'profiles', 'members', 'conversations']) {
    const { status, body } = await get(`${table}?limit=1`);
    expect(status).toBe(200);
    expect(body).toHaveLength(1);
  }
});
