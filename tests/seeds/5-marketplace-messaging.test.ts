/** Document 5: a buyer and a seller about a listing; its four endpoints, its protocol messages, its constraints. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answer, messageIn, type Person, receiptOf, refusal, room, typing, World } from './world.ts';

const world = new World();
let buyer: Person;
let seller: Person;
let stranger: Person;
let listing: string;
let conversation: string;

beforeAll(async () => {
  [buyer, seller, stranger] = await Promise.all([world.person('Buyer'), world.person('Seller'), world.person('Stranger')]);
  ({ id: listing } = await answer(
    seller.supabase
      .from('listings')
      .insert({ title: 'Floor lamp', price_minor: 4_000, currency: 'EUR', status: 'active' })
      .select('id')
      .single()
  ));
  ({ id: conversation } = await start(buyer));
});
afterAll(() => world.stop());

const start = (person: Person) => answer(person.supabase.rpc('start_listing_conversation', { listing_id: listing }).single());
const send = (person: Person, content: string) =>
  person.supabase.rpc('send_message', { conversation_id: conversation, id: randomUUID(), content });

describe('REST API', () => {
  test('POST /api/conversations: one per listing and buyer, however often and from how many devices', async () => {
    const other = await world.device(buyer);
    const ids = await Promise.all([buyer, other, buyer, other].map(async (device) => (await start(device)).id));
    expect(new Set(ids)).toEqual(new Set([conversation]));
    expect((await start(stranger)).id).not.toBe(conversation);
  });

  test('not with oneself, and not about what is not shown', async () => {
    const asked = (person: Person, about: string) => person.supabase.rpc('start_listing_conversation', { listing_id: about });
    expect(await refusal(asked(seller, listing))).toEqual({ status: 400, code: 'own_listing' });
    expect(await refusal(asked(buyer, randomUUID()))).toEqual({ status: 404, code: 'listing_not_found' });
    const { id: draft } = await answer(
      seller.supabase.from('listings').insert({ title: 'Not yet', price_minor: 1, currency: 'EUR' }).select('id').single()
    );
    expect(await refusal(asked(buyer, draft))).toEqual({ status: 404, code: 'listing_not_found' });
  });

  test('GET /api/conversations: both have it, newest first', async () => {
    await answer(send(buyer, 'Hello'));
    for (const person of [buyer, seller]) {
      const list = await answer(
        person.supabase
          .from('conversation_list')
          .select('id, listing_id, buyer_id, last_message')
          .eq('kind', 'listing')
          .order('last_activity_at', { ascending: false })
      );
      expect(list[0]).toMatchObject({
        id: conversation,
        listing_id: listing,
        buyer_id: buyer.id,
        last_message: { content: 'Hello' }
      });
    }
    expect((await answer(stranger.supabase.from('conversation_list').select('id').eq('id', conversation))) as unknown[]).toEqual(
      []
    );
  });

  test('GET /api/conversations/:id: details, with the listing and the other person', async () => {
    const details = await answer(
      buyer.supabase.from('conversation_list').select('kind, partner, listing_id').eq('id', conversation).single()
    );
    expect(details).toMatchObject({ kind: 'listing', partner: { id: seller.id, handle: seller.handle } });
    const { listing: about } = await answer(
      buyer.supabase
        .from('conversations')
        .select('listing:listings(title, price_minor, seller_id)')
        .eq('id', conversation)
        .single()
    );
    expect(about).toEqual({ title: 'Floor lamp', price_minor: 4_000, seller_id: seller.id });
  });

  test('GET /api/conversations/:id/messages: the history, in pages', async () => {
    for (const content of ['One', 'Two', 'Three']) await answer(send(buyer, content));
    const page = async (before: number) =>
      answer(
        seller.supabase
          .from('messages')
          .select('seq, content, sender_id')
          .eq('conversation_id', conversation)
          .lt('seq', before)
          .order('seq', { ascending: false })
          .limit(2)
      );
    const first = await page(2 ** 31);
    expect(first).toMatchObject([{ content: 'Three' }, { content: 'Two' }]);
    expect(await page(first[1].seq)).toMatchObject([{ content: 'One' }, { content: 'Hello', sender_id: buyer.id }]);
    expect(await answer(stranger.supabase.from('messages').select('seq').eq('conversation_id', conversation))).toEqual([]);
  });
});

describe('WebSocket Protocol', () => {
  test('GET /ws without a valid token joins nothing', async () => {
    const client = world.client();
    const outcome = new Promise<string>((resolve) =>
      client.channel(`user:${buyer.id}`, { config: { private: true } }).subscribe((status) => resolve(status))
    );
    expect(await outcome).toBe('CHANNEL_ERROR');
  });

  test('send_message → new_message', async () => {
    const sent = await answer(send(buyer, 'Is this still available?'));
    expect(await messageIn(seller.inbox, conversation, ({ seq }) => seq === sent.seq)).toMatchObject({
      id: sent.id,
      sender_id: buyer.id,
      content: 'Is this still available?',
      created_at: sent.created_at
    });
  });

  test('typing → typing_notify', async () => {
    const [theirs, mine] = await Promise.all([room(seller, conversation), room(buyer, conversation)]);
    await typing(mine.channel, buyer, true);
    expect((await theirs.heard.first(1))[0]).toMatchObject({ event: 'typing', payload: { user_id: buyer.id, typing: true } });
  });

  test('mark_read → read_receipt', async () => {
    const { seq } = await answer(send(buyer, 'Read me'));
    await answer(seller.supabase.rpc('mark_read', { marks: { [conversation]: seq } }));
    expect(await receiptOf(buyer.inbox, conversation, seller, 'read', seq)).toMatchObject({ read_at: expect.any(String) });
  });

  test('error: not authorized for this conversation', async () => {
    expect(await refusal(send(stranger, 'Let me in'))).toEqual({ status: 403, code: 'not_a_member' });
    expect(await refusal(stranger.supabase.rpc('mark_read', { marks: { [conversation]: 1 } }))).toEqual({
      status: 403,
      code: 'not_a_member'
    });
    const { epoch } = await answer(buyer.supabase.from('conversations').select('epoch').eq('id', conversation).single());
    const outcome = new Promise<string>((resolve) =>
      stranger.supabase
        .channel(`room:${conversation}:${epoch}`, { config: { private: true } })
        .subscribe((status) => resolve(status))
    );
    expect(await outcome).toBe('CHANNEL_ERROR');
  });
});

describe('Performance Characteristics', () => {
  test.each([
    ['4,096 bytes are a message', 'x'.repeat(4096), true],
    ['4,097 are not', 'x'.repeat(4097), false],
    ['1,365 times three bytes are', '€'.repeat(1365), true],
    ['1,366 times three are not', '€'.repeat(1366), false]
  ])('message size: %s', async (_what, content, fits) => {
    if (fits) expect(await answer(send(buyer, content))).toMatchObject({ content });
    else expect(await refusal(send(buyer, content))).toEqual({ status: 400, code: 'message_too_long' });
  });
});

describe('Future Improvements', () => {
  test('image and file attachments', async () => {
    const file = await answer(
      seller.supabase
        .rpc('create_attachment', { conversation_id: conversation, name: 'lamp.gif', mime_type: 'image/gif', size: 6 })
        .select()
    );
    const { id, path } = Array.isArray(file) ? file[0] : file;
    await answer(seller.supabase.storage.from('attachments').upload(path, new Blob(['GIF89a'], { type: 'image/gif' })));
    const sent = await answer(
      seller.supabase.rpc('send_message', {
        conversation_id: conversation,
        id: randomUUID(),
        content: 'Look',
        attachment_ids: [id]
      })
    );
    expect(sent.attachments).toMatchObject([{ id, name: 'lamp.gif', mime_type: 'image/gif', size: 6 }]);
    const { data } = await buyer.supabase.storage.from('attachments').download(path);
    expect(await data!.text()).toBe('GIF89a');
    expect((await stranger.supabase.storage.from('attachments').download(path)).data).toBeNull();
  });

  test('message reactions', async () => {
    const { seq } = await answer(send(seller, 'Agreed?'));
    await answer(buyer.supabase.rpc('add_reaction', { conversation_id: conversation, seq, emoji: '👍' }));
    const event = await seller.inbox.find(
      ({ event: name, payload }) => name === 'message' && payload.message.seq === seq && '👍' in payload.message.reactions
    );
    expect(event.payload.conversation_id).toBe(conversation);
  });

  test('message editing and deletion', async () => {
    const { seq } = await answer(send(seller, 'Teh lamp'));
    await answer(seller.supabase.rpc('edit_message', { conversation_id: conversation, seq, content: 'The lamp' }));
    expect(await messageIn(buyer.inbox, conversation, (m) => m.seq === seq && m.content === 'The lamp')).toMatchObject({
      edited_at: expect.any(String)
    });
    await answer(seller.supabase.rpc('delete_message', { conversation_id: conversation, seq }));
    expect(await messageIn(buyer.inbox, conversation, (m) => m.seq === seq && m.content === '')).toMatchObject({
      deleted_at: expect.any(String)
    });
  });

  test('pictures of the listing, for everybody', async () => {
    const picture = `${listing}/front.gif`;
    await answer(seller.supabase.storage.from('listings').upload(picture, new Blob(['GIF89a'], { type: 'image/gif' })));
    await answer(
      seller.supabase
        .from('listings')
        .update({ pictures: [picture] })
        .eq('id', listing)
    );
    const { publicUrl } = buyer.supabase.storage.from('listings').getPublicUrl(picture).data;
    expect(await (await fetch(publicUrl)).text()).toBe('GIF89a');
    const planted = await buyer.supabase.storage
      .from('listings')
      .upload(`${listing}/mine.gif`, new Blob(['x'], { type: 'image/gif' }));
    expect(planted.error).not.toBeNull();
    const script = await seller.supabase.storage
      .from('listings')
      .upload(`${listing}/x.html`, new Blob(['<b>'], { type: 'text/html' }));
    expect(script.error).not.toBeNull();
  });
});
