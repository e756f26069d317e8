/** Document 3: the human test, the REST endpoints, the socket's message types, and the backend's acceptance criteria. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Inbox, subscribe } from '../realtime/listening.ts';
import { answer, messageIn, type Person, receiptOf, refusal, room, typing, World } from './world.ts';

const world = new World();
let a: Person;
let b: Person;
let direct: string;

beforeAll(async () => {
  [a, b] = await Promise.all([world.person('Anna'), world.person('Ben')]);
  ({ id: direct } = await answer(a.supabase.rpc('start_direct_conversation', { user_id: b.id }).single()));
});
afterAll(() => world.stop());

const send = (person: Person, content: string, conversation = direct) =>
  person.supabase.rpc('send_message', { conversation_id: conversation, id: randomUUID(), content });

describe('Human Test', () => {
  test('1–6: A says Hello, B sees it, types, answers; A reads, B sees that', async () => {
    const hello = await answer(send(a, 'Hello!'));
    await messageIn(b.inbox, direct, ({ seq }) => seq === hello.seq);
    await answer(b.supabase.rpc('mark_delivered', { marks: { [direct]: hello.seq } }));
    await receiptOf(a.inbox, direct, b, 'delivered', hello.seq);

    const [rooms, theirs] = await Promise.all([room(a, direct), room(b, direct)]);
    await typing(theirs.channel, b, true);
    expect((await rooms.heard.first(1))[0]).toMatchObject({ event: 'typing', payload: { user_id: b.id, typing: true } });

    const hi = await answer(send(b, 'Hi back!'));
    await messageIn(a.inbox, direct, ({ seq }) => seq === hi.seq);
    await answer(a.supabase.rpc('mark_read', { marks: { [direct]: hi.seq } }));
    await receiptOf(b.inbox, direct, a, 'read', hi.seq);
  });

  test('7: A goes offline, and B sees that', async () => {
    const [came, went] = [new Inbox<string>(), new Inbox<string>()];
    const watched = b.supabase.channel(`presence:${a.id}`, { config: { private: true } });
    watched.on('presence', { event: 'join' }, ({ key }) => came.put(key));
    watched.on('presence', { event: 'leave' }, ({ key }) => went.put(key));
    await subscribe(watched);
    const phone = await world.device(a);
    const key = randomUUID();
    const own = phone.supabase.channel(`presence:${a.id}`, { config: { private: true, presence: { key } } });
    await subscribe(own);
    await own.track({ device_id: key, state: 'active' });
    expect(await came.first(1)).toEqual([key]);
    await phone.supabase.realtime.disconnect();
    expect(await went.first(1)).toEqual([key]);
  });

  test('8: the messages are there after logout and login', async () => {
    const { supabase } = await world.device(a);
    const history = await answer(supabase.from('messages').select('content').eq('conversation_id', direct).order('seq'));
    expect(history).toEqual([{ content: 'Hello!' }, { content: 'Hi back!' }]);
  });
});

describe('Conversations', () => {
  test('POST /api/v1/conversations: direct, and A→B is B→A', async () => {
    const [one, other] = await Promise.all([
      answer(a.supabase.rpc('start_direct_conversation', { user_id: b.id }).single()),
      answer(b.supabase.rpc('start_direct_conversation', { user_id: a.id }).single())
    ]);
    expect([one.id, other.id]).toEqual([direct, direct]);
    const members = await answer(a.supabase.from('members').select('user_id').eq('conversation_id', direct));
    expect(members.map(({ user_id }: { user_id: string }) => user_id).sort()).toEqual([a.id, b.id].sort());
  });

  test('exactly one other user', async () => {
    expect(await refusal(a.supabase.rpc('start_direct_conversation', { user_id: a.id }))).toEqual({
      status: 400,
      code: 'cannot_message_yourself'
    });
    expect(await refusal(a.supabase.rpc('start_direct_conversation', { user_id: randomUUID() }))).toEqual({
      status: 404,
      code: 'user_not_found'
    });
  });

  test('GET /api/v1/conversations?type=direct&page=1: with preview and unread count', async () => {
    const c = await world.person('Cleo');
    const { id } = await answer(c.supabase.rpc('start_direct_conversation', { user_id: a.id }).single());
    await answer(send(c, 'First', id));
    await answer(send(c, 'Second', id));
    const list = (from: number) =>
      answer(
        a.supabase
          .from('conversation_list')
          .select('id, kind, unread, last_message')
          .eq('kind', 'direct')
          .order('last_activity_at', { ascending: false })
          .range(from, from)
      );
    expect(await list(0)).toMatchObject([
      { id, kind: 'direct', unread: 2, last_message: { content: 'Second', sender_id: c.id } }
    ]);
    expect(await list(1)).toMatchObject([{ id: direct, unread: 0, last_message: { content: 'Hi back!' } }]);
  });

  test('GET /api/v1/conversations/{id}: with participants and presence', async () => {
    await answer(b.supabase.rpc('heartbeat', { device_id: randomUUID(), state: 'idle' }));
    const members = await answer(
      a.supabase.from('members').select('role, profile:profiles(id, handle, display_name)').eq('conversation_id', direct)
    );
    expect(members).toContainEqual({ role: 'member', profile: { id: b.id, handle: b.handle, display_name: 'Ben' } });
    expect(await answer(a.supabase.rpc('presence', { conversation_id: direct }))).toContainEqual({
      user_id: b.id,
      status: 'away',
      last_seen_at: expect.any(String)
    });
  });
});

describe('Messages', () => {
  test('POST /api/v1/conversations/{id}/messages', async () => {
    const message = await answer(
      a.supabase
        .from('messages')
        .insert({ conversation_id: direct, content: 'By REST' })
        .select('seq, sender_id, content, kind')
        .single()
    );
    expect(message).toEqual({ seq: 3, sender_id: a.id, content: 'By REST', kind: 'text' });
    expect(await messageIn(b.inbox, direct, ({ seq }) => seq === 3)).toMatchObject({ content: 'By REST' });
  });

  test('GET /api/v1/conversations/{id}/messages?before=…&limit=…: reverse chronological pages, nothing twice, nothing missing', async () => {
    const { id } = await answer(a.supabase.rpc('create_group', { title: 'Pages', member_ids: [b.id] }).single());
    for (let n = 1; n <= 25; n += 1) await answer(send(a, `${n}`, id));
    const seen: string[] = [];
    for (let before = 2 ** 31; ;) {
      const page = await answer(
        b.supabase
          .from('messages')
          .select('seq, content')
          .eq('conversation_id', id)
          .eq('kind', 'text')
          .lt('seq', before)
          .order('seq', { ascending: false })
          .limit(10)
      );
      if (page.length === 0) break;
      seen.push(...page.map(({ content }: { content: string }) => content));
      before = page.at(-1).seq;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `${25 - n}`));
  });

  test('POST /api/v1/conversations/{id}/read: the unread count, in real time on the other devices', async () => {
    const { seq } = await answer(send(b, 'Unread'));
    const phone = await world.device(a);
    expect(await answer(a.supabase.from('conversation_list').select('unread').eq('id', direct).single())).toEqual({ unread: 1 });
    const marked = await answer(a.supabase.rpc('mark_read', { marks: { [direct]: seq } }));
    expect(marked).toEqual([{ conversation_id: direct, delivered_seq: seq, read_seq: seq, unread: 0 }]);
    await receiptOf(phone.inbox, direct, a, 'read', seq);
  });

  test('read receipts of many conversations in one call', async () => {
    const others = await Promise.all(['Dora', 'Emil'].map((name) => world.person(name)));
    const marks: Record<string, number> = {};
    for (const other of others) {
      const { id } = await answer(other.supabase.rpc('start_direct_conversation', { user_id: a.id }).single());
      marks[id] = (await answer(send(other, 'Hello', id))).seq;
    }
    const marked: { unread: number }[] = await answer(a.supabase.rpc('mark_read', { marks }));
    expect(marked.map(({ unread }) => unread)).toEqual([0, 0]);
    for (const [n, conversation] of Object.keys(marks).entries()) await receiptOf(others[n]!.inbox, conversation, a, 'read', 1);
  });
});

describe('Presence and user search', () => {
  test('GET /api/v1/conversations/{id}/presence: for participants only', async () => {
    await answer(a.supabase.rpc('heartbeat', { device_id: randomUUID(), state: 'active', conversation_id: direct }));
    const presence = await answer(b.supabase.rpc('presence', { conversation_id: direct }));
    expect(presence).toContainEqual({ user_id: a.id, status: 'online', last_seen_at: expect.any(String) });
    const stranger = await world.person('Stranger');
    expect(await refusal(stranger.supabase.rpc('presence', { conversation_id: direct }))).toEqual({
      status: 403,
      code: 'not_a_member'
    });
  });

  test('GET /api/v1/users/search?q=…&limit=…: id, name, avatar; an e-mail address finds its owner, and is not shown', async () => {
    const found = await answer(a.supabase.rpc('search_users', { query: b.handle.slice(0, -1), max_results: 10 }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ id: b.id, handle: b.handle, display_name: 'Ben', avatar_url: null });
    const byMail = await answer(a.supabase.rpc('search_users', { query: b.email }));
    expect(byMail).toMatchObject([{ id: b.id }]);
    expect(JSON.stringify(byMail)).not.toContain('@');
  });
});

describe('WebSocket messages', () => {
  test('connecting takes a valid JWT: 4001 Invalid token', async () => {
    const client = world.client();
    await client.realtime.setAuth('not.a.token').catch(() => undefined);
    const outcome = new Promise<string>((resolve) =>
      client.channel(`user:${a.id}`, { config: { private: true } }).subscribe((status) => resolve(status))
    );
    expect(await outcome).toBe('CHANNEL_ERROR');
  });

  test('4003 Not a participant', async () => {
    const stranger = await world.person('Stranger');
    const { epoch } = await answer(a.supabase.from('conversations').select('epoch').eq('id', direct).single());
    const joined = stranger.supabase.channel(`room:${direct}:${epoch}`, { config: { private: true } });
    await expect(subscribe(joined)).rejects.toThrow(/Unauthorized/);
  });

  test('message_sent carries the id that the client made: optimistic updates find their own', async () => {
    const id = randomUUID();
    const sent = await answer(a.supabase.rpc('send_message', { conversation_id: direct, id, content: 'Optimistic' }));
    expect(sent).toMatchObject({ id, created_at: expect.any(String) });
    expect(await messageIn(a.inbox, direct, (m) => m.id === id)).toMatchObject({ seq: sent.seq });
  });

  test('works across several tabs and devices: all of them hear', async () => {
    const devices = await Promise.all([world.device(b), world.device(b), world.device(b)]);
    const { seq } = await answer(send(a, 'Everywhere'));
    for (const { inbox } of [b, ...devices]) await messageIn(inbox, direct, (m) => m.seq === seq);
  });

  test('graceful degradation to REST: everything that the socket would have told', async () => {
    const before = await answer(b.supabase.rpc('sync', { cursors: {} }));
    const cursors = Object.fromEntries(
      before.conversations.map(({ id, cursor }: { id: string; cursor: number }) => [id, cursor])
    );
    const { seq } = await answer(send(a, 'Only by polling'));
    const { conversations } = await answer(b.supabase.rpc('sync', { cursors }));
    const { messages, unread } = conversations.find(({ id }: { id: string }) => id === direct);
    expect(messages).toMatchObject([{ seq, content: 'Only by polling' }]);
    expect(unread).toBeGreaterThan(0);
  });
});

describe('REQ_026: team and project group channels', () => {
  test('a team, its project, and a channel that its members find and join', async () => {
    const [team] = await answer(a.supabase.rpc('create_team', { name: 'Sprint team' }));
    const [project] = await answer(a.supabase.rpc('create_project', { team_id: team.id, name: 'Sprint 9' }));
    const [channel] = await answer(
      a.supabase.rpc('create_channel', { team_id: team.id, project_id: project.id, title: 'standup' })
    );
    expect(channel).toMatchObject({ kind: 'channel', title: 'standup', team_id: team.id, project_id: project.id });
    expect(await refusal(b.supabase.rpc('join_channel', { conversation_id: channel.id }))).toMatchObject({
      code: 'conversation_not_found'
    });

    const [invitation] = await answer(a.supabase.rpc('invite_to_team', { team_id: team.id, user_ids: [b.id] }));
    await answer(b.supabase.rpc('accept_team_invitation', { id: invitation.id }));
    expect(await answer(b.supabase.rpc('browse_channels', { team_id: team.id }))).toMatchObject([
      { id: channel.id, is_member: false }
    ]);
    await answer(b.supabase.rpc('join_channel', { conversation_id: channel.id }));
    const { seq } = await answer(send(a, 'Good morning', channel.id));
    expect(await messageIn(b.inbox, channel.id, (m) => m.seq === seq)).toMatchObject({ content: 'Good morning' });
  });
});
