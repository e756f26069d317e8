/** Document 1: real-time messages of a negotiation with receipts, reconnection and typing; and its lifecycle. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChainedMessage, COLUMNS, firstFault } from './verify-chain.ts';
import { answer, messageIn, notificationOf, type Person, receiptOf, refusal, room, typing, World } from './world.ts';

const world = new World();
let sally: Person;
let bob: Person;
let listing: string;
let session: string;

beforeAll(async () => {
  [sally, bob] = await Promise.all([world.person('Sally'), world.person('Bob')]);
  ({ id: listing } = await answer(
    sally.supabase
      .from('listings')
      .insert({ title: 'Red bicycle', price_minor: 12_500, currency: 'EUR', status: 'active' })
      .select('id')
      .single()
  ));
  ({ id: session } = await answer(bob.supabase.rpc('start_negotiation', { listing_id: listing }).single()));
});
afterAll(() => world.stop());

const send = (person: Person, content: string, id: string = randomUUID()) =>
  person.supabase.rpc('send_message', { conversation_id: session, id, content });
const offers = (call: string, person: Person, args: Record<string, unknown>) =>
  person.supabase.rpc(call, { conversation_id: session, ...args });

describe('Send message', () => {
  test.each([
    ['not empty', '', 'message_blank'],
    ['not blank', ' \n\t', 'message_blank'],
    ['at most 5,000 characters', 'x'.repeat(5001), 'message_too_long']
  ])('is validated: %s', async (_what, content, code) => {
    expect(await refusal(send(bob, content))).toEqual({ status: 400, code });
  });

  test('message → message_ack for the sender, new_message for the receiver', async () => {
    const id = randomUUID();
    const ack = await answer(send(bob, 'Is it still there?', id));
    expect(ack).toMatchObject({ id, sender_id: bob.id, content: 'Is it still there?', seq: expect.any(Number) });
    expect(await messageIn(sally.inbox, session, (message) => message.id === id)).toMatchObject({
      seq: ack.seq,
      sender_id: bob.id,
      content: 'Is it still there?',
      created_at: ack.created_at
    });
  });

  test('the same message again is acknowledged again, and stored once', async () => {
    const id = randomUUID();
    const acks = await Promise.all([send(bob, 'Once', id), send(bob, 'Once', id), send(bob, 'Once', id)].map(answer));
    expect(new Set(acks.map(({ seq }) => seq)).size).toBe(1);
    expect(await answer(sally.supabase.from('messages').select('seq').eq('id', id))).toHaveLength(1);
  });

  test('✓ once it is delivered, ✓✓ and message_read once it is read, each with its time', async () => {
    const { seq } = await answer(send(bob, 'I can come today'));
    await answer(sally.supabase.rpc('mark_delivered', { marks: { [session]: seq } }));
    expect(await receiptOf(bob.inbox, session, sally, 'delivered', seq)).toMatchObject({ delivered_at: expect.any(String) });
    await answer(sally.supabase.rpc('mark_read', { marks: { [session]: seq } }));
    expect(await receiptOf(bob.inbox, session, sally, 'read', seq)).toMatchObject({ read_seq: seq, read_at: expect.any(String) });
    expect(
      await answer(
        bob.supabase.from('message_statuses').select('status, read_at').eq('conversation_id', session).eq('seq', seq).single()
      )
    ).toEqual({ status: 'read', read_at: expect.any(String) });
  });
});

describe('Reconnection Handling', () => {
  test('GET messages?since={last_message_id}: what was missed, and sync() for all at once', async () => {
    const { seq, revision } = await answer(
      bob.supabase
        .from('messages')
        .select('seq, revision')
        .eq('conversation_id', session)
        .order('seq', { ascending: false })
        .limit(1)
        .single()
    );
    await sally.supabase.realtime.disconnect();
    for (const content of ['Hello?', 'Are you there?']) await answer(send(bob, content));
    const missed = await answer(
      sally.supabase.from('messages').select('content').eq('conversation_id', session).gt('seq', seq).order('seq')
    );
    expect(missed).toEqual([{ content: 'Hello?' }, { content: 'Are you there?' }]);
    const synced = await answer(sally.supabase.rpc('sync', { cursors: { [session]: revision } }));
    const { messages, more } = synced.conversations.find(({ id }: { id: string }) => id === session);
    expect(messages.map(({ content }: { content: string }) => content)).toEqual(['Hello?', 'Are you there?']);
    expect(more).toBe(false);
  });

  test('the socket comes back, and what follows is live again', async () => {
    const again = await world.device(sally);
    await answer(send(bob, 'There you are'));
    expect(await messageIn(again.inbox, session, ({ content }) => content === 'There you are')).toMatchObject({
      sender_id: bob.id
    });
    sally = { ...again, handle: sally.handle };
  });
});

describe('Typing Indicator', () => {
  test('typing → user_typing, typing_stopped → user_stopped_typing', async () => {
    const [mine, hers] = await Promise.all([room(bob, session), room(sally, session)]);
    await typing(mine.channel, bob, true);
    await typing(mine.channel, bob, false);
    expect((await hers.heard.first(2)).map(({ event, payload }) => [event, payload])).toEqual([
      ['typing', { user_id: bob.id, typing: true }],
      ['typing', { user_id: bob.id, typing: false }]
    ]);
  });
});

describe('negotiation lifecycle', () => {
  test('open → countered → accepted, each told to the other side on the socket', async () => {
    const offer = await answer(offers('make_offer', bob, { amount_minor: 9_000 }));
    expect(await messageIn(sally.inbox, session, ({ seq }) => seq === offer.seq)).toMatchObject({
      kind: 'system',
      system: { code: 'offer_made', party: 'buyer', amount_minor: 9_000, currency: 'EUR' }
    });
    expect(await notificationOf(sally.inbox, 'offer_made')).toMatchObject({ conversation_id: session, seq: offer.seq });

    const counter = await answer(offers('counter_offer', sally, { seq: offer.seq, amount_minor: 11_000 }));
    expect(await notificationOf(bob.inbox, 'offer_countered')).toMatchObject({ args: { amount_minor: 11_000 } });
    expect(await answer(bob.supabase.from('negotiations').select('status').single())).toEqual({ status: 'countered' });

    expect(await refusal(offers('accept_offer', bob, { seq: offer.seq }))).toEqual({ status: 409, code: 'offer_not_standing' });
    const deal = await answer(offers('accept_offer', bob, { seq: counter.seq }));
    expect(deal).toMatchObject({ amount_minor: 11_000, status: 'created', buyer_id: bob.id, seller_id: sally.id });
    expect(await messageIn(sally.inbox, session, ({ system }) => system?.code === 'offer_accepted')).toMatchObject({
      system: { offer: counter.seq, deal_id: deal.id }
    });
    expect(await notificationOf(sally.inbox, 'deal_created')).toMatchObject({ args: { deal_id: deal.id }, actor_id: bob.id });
    expect(await answer(bob.supabase.from('listings').select('status').eq('id', listing).single())).toEqual({ status: 'sold' });
  });

  test('what was said and offered is proved from the REST API alone', async () => {
    const read = async (person: Person): Promise<ChainedMessage[]> =>
      answer(person.supabase.from('messages').select(COLUMNS).eq('conversation_id', session).order('seq'));
    const messages = await read(sally);
    const { last_seq } = await answer(sally.supabase.from('conversations').select('last_seq').eq('id', session).single());
    expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: last_seq }, (_, n) => n + 1));
    expect(firstFault(messages)).toBeNull();
    expect(firstFault(await read(bob))).toBeNull();

    // Each of these is found at the message where it was done, or at the next.
    const [third, fourth] = [messages[2]!, messages[3]!];
    const changed = (change: Partial<ChainedMessage>) => firstFault(messages.map((m) => (m === third ? { ...m, ...change } : m)));
    expect(changed({ content: 'I never said that' })).toBe(3);
    expect(changed({ created_at: '2020-01-01T00:00:00.000+00:00' })).toBe(3);
    expect(changed({ sender_id: sally.id })).toBe(3);
    expect(changed({ party: 'seller', sender_id: sally.id })).toBe(3);
    expect(firstFault(messages.filter((m) => m !== third))).toBe(4);
    expect(firstFault(messages.map((m) => (m === third ? { ...fourth, seq: 3 } : m === fourth ? { ...third, seq: 4 } : m)))).toBe(
      3
    );
  });

  test('and by verify_conversation(), with a hash that was kept', async () => {
    const verify = (args: object = {}) =>
      answer(bob.supabase.rpc('verify_conversation', { conversation_id: session, ...args }).single());
    const whole = await verify();
    expect(whole).toMatchObject({ is_whole: true, broken_at: null, checked: whole.head_seq });
    expect(await verify({ known_seq: whole.head_seq, known_hash: whole.head_hash })).toMatchObject({ is_whole: true });
    expect(await verify({ known_seq: whole.head_seq, known_hash: 'ab'.repeat(32) })).toMatchObject({
      is_whole: false,
      reason: 'not_as_known'
    });

    // No function may, whoever's rights it has; what who owns the tables may is tested in tests/database/530-hash-chain.sql.
    await expect(
      world.sql.query(`update public.messages set content = 'forged' where conversation_id = $1 and seq = 2`, [session])
    ).rejects.toThrow('message_kept');
  });

  test('an account that is deleted leaves the chain whole', async () => {
    await answer(world.service().auth.admin.deleteUser(bob.id));
    const messages: ChainedMessage[] = await answer(
      sally.supabase.from('messages').select(COLUMNS).eq('conversation_id', session).order('seq')
    );
    expect(messages.filter(({ party, sender_id }) => party === 'buyer' && sender_id === null).length).toBeGreaterThan(3);
    expect(firstFault(messages)).toBeNull();
    expect(await answer(sally.supabase.rpc('verify_conversation', { conversation_id: session }).single())).toMatchObject({
      is_whole: true
    });
  });
});
