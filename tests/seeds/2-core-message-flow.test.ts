/** Document 2: what happens when user A sends user B a message, step by step, and what when something fails. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { broadcasts, Inbox, subscribe } from '../realtime/listening.ts';
import { answer, messageIn, notificationOf, type Person, receiptOf, refusal, World } from './world.ts';

const world = new World();
let a: Person;
let b: Person;
let conversation: string;

beforeAll(async () => {
  [a, b] = await Promise.all([world.person('A'), world.person('B')]);
  ({ id: conversation } = await answer(a.supabase.rpc('start_direct_conversation', { user_id: b.id }).single()));
});
afterAll(() => world.stop());

const send = (person: Person, content: string, id: string = randomUUID()) =>
  person.supabase.rpc('send_message', { conversation_id: conversation, id, content });
const listed = (person: Person) =>
  answer(
    person.supabase.from('conversation_list').select('unread, last_message, last_activity_at').eq('id', conversation).single()
  );

describe('User A sends a 1-to-1 message to User B', () => {
  test('1–3: /app/chat.send is validated and saved, with an id, a number and a time', async () => {
    const id = randomUUID();
    const sent = await answer(send(a, 'Hello B', id));
    expect(sent).toMatchObject({ id, seq: 1, kind: 'text', sender_id: a.id, created_at: expect.any(String) });
    const stored = await answer(b.supabase.from('messages').select('id, seq, content, created_at').eq('id', id).single());
    expect(stored).toEqual({ id, seq: 1, content: 'Hello B', created_at: sent.created_at });
  });

  test('a message is saved by a plain insert as well', async () => {
    const inserted = await answer(
      a.supabase.from('messages').insert({ conversation_id: conversation, content: 'By REST' }).select('seq').single()
    );
    expect(inserted).toEqual({ seq: 2 });
  });

  test('4: lastMessage of the conversation', async () => {
    const { last_message, last_activity_at } = await listed(b);
    expect(last_message).toMatchObject({ seq: 2, content: 'By REST', sender_id: a.id });
    expect(last_activity_at).toBe(last_message.created_at);
  });

  test('5: last activity of user A', async () => {
    await answer(a.supabase.rpc('heartbeat', { device_id: randomUUID(), state: 'active', conversation_id: conversation }));
    expect(await answer(b.supabase.rpc('presence', { user_ids: [a.id] }).single())).toMatchObject({ status: 'online' });
  });

  test('6–8: broadcast to the participants: A is confirmed, B receives', async () => {
    const { seq } = await answer(send(a, 'Live'));
    const [mine, theirs] = await Promise.all([a, b].map(({ inbox }) => messageIn(inbox, conversation, (m) => m.seq === seq)));
    expect(mine).toMatchObject({ content: 'Live', sender_id: a.id });
    expect(theirs).toEqual(mine);
  });

  test('9–11: /app/chat.read: the status becomes seen, and A is told', async () => {
    const { seq } = await answer(send(a, 'Seen?'));
    const status = async () =>
      (
        await answer(
          a.supabase.from('message_statuses').select('status').eq('conversation_id', conversation).eq('seq', seq).single()
        )
      ).status;
    expect(await status()).toBe('sent');
    await answer(b.supabase.rpc('mark_delivered', { marks: { [conversation]: seq } }));
    await receiptOf(a.inbox, conversation, b, 'delivered', seq);
    expect(await status()).toBe('delivered');
    await answer(b.supabase.rpc('mark_read', { marks: { [conversation]: seq } }));
    expect(await receiptOf(a.inbox, conversation, b, 'read', seq)).toMatchObject({ read_at: expect.any(String) });
    expect(await status()).toBe('read');
  });

  test('12: B is told of what calls for attention, in the transaction of the message', async () => {
    const { seq } = await answer(send(a, `@${b.handle} are you there?`));
    expect(await notificationOf(b.inbox, 'mention')).toMatchObject({ conversation_id: conversation, seq, actor_id: a.id });
  });

  test('13: the unread count of B rises, and reading lowers it', async () => {
    const before = (await listed(b)).unread;
    const { seq } = await answer(send(a, 'One more'));
    expect((await listed(b)).unread).toBe(before + 1);
    expect((await listed(a)).unread).toBe(0);
    const [{ unread }] = await answer(b.supabase.rpc('mark_read', { marks: { [conversation]: seq } }));
    expect(unread).toBe(0);
  });

  test('14: /topic/presence: B sees A come', async () => {
    const seen = new Inbox<string>();
    const watched = b.supabase.channel(`presence:${a.id}`, { config: { private: true } });
    watched.on('presence', { event: 'join' }, ({ newPresences }) => newPresences.forEach(({ state }) => seen.put(state)));
    await subscribe(watched);
    const device = randomUUID();
    const own = a.supabase.channel(`presence:${a.id}`, { config: { private: true, presence: { key: device } } });
    await subscribe(own);
    await own.track({ device_id: device, state: 'active' });
    expect(await seen.first(1)).toEqual(['active']);
  });
});

describe('Error Handling and Resilience', () => {
  test('user permissions: who is no participant neither sends nor receives', async () => {
    const c = await world.person('C');
    expect(
      await refusal(c.supabase.rpc('send_message', { conversation_id: conversation, id: randomUUID(), content: 'x' }))
    ).toEqual({
      status: 403,
      code: 'not_a_member'
    });
    expect(await answer(c.supabase.from('messages').select('seq').eq('conversation_id', conversation))).toEqual([]);
    const channel = c.supabase.channel(`user:${b.id}`, { config: { private: true } });
    broadcasts(channel);
    await expect(subscribe(channel)).rejects.toThrow();
  });

  test('idempotent message processing: the same id, from two connections at once, is one message', async () => {
    const id = randomUUID();
    const other = await world.device(a);
    const [one, two] = await Promise.all([answer(send(a, 'Idempotent', id)), answer(send(other, 'Idempotent', id))]);
    expect(one.seq).toBe(two.seq);
  });

  test('polling fallback: without a socket, sync() brings exactly what changed', async () => {
    const known = await answer(b.supabase.rpc('sync', { cursors: {} }));
    const { cursor } = known.conversations.find(({ id }: { id: string }) => id === conversation);
    await b.supabase.realtime.disconnect();
    const { seq } = await answer(send(a, 'While the socket is down'));
    const polled = await answer(b.supabase.rpc('sync', { cursors: { [conversation]: cursor } }));
    expect(polled.conversations.map(({ id }: { id: string }) => id)).toEqual([conversation]);
    expect(polled.conversations[0].messages).toMatchObject([{ seq, content: 'While the socket is down' }]);
    const again = await answer(b.supabase.rpc('sync', { cursors: { [conversation]: polled.conversations[0].cursor } }));
    expect(again.conversations[0]?.messages ?? []).toEqual([]);
  });

  test('message rate limiting: who sends too fast is told how long to wait', async () => {
    const d = await world.person('D');
    const { id } = await answer(d.supabase.rpc('start_direct_conversation', { user_id: a.id }).single());
    await world.sql.query(
      'insert into private.senders (user_id, tokens, refilled_at) values ($1, -50, now()) on conflict (user_id) do update set tokens = -50',
      [d.id]
    );
    const response = await fetch(`${world.stack.apiUrl}/rest/v1/rpc/send_message`, {
      method: 'POST',
      headers: {
        apikey: world.stack.publishableKey,
        authorization: `Bearer ${(await d.supabase.auth.getSession()).data.session!.access_token}`,
        'content-type': 'application/json'
      },
      body: JSON.stringify({ conversation_id: id, id: randomUUID(), content: 'Too fast' })
    });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: 'rate_limited' });
  });
});
