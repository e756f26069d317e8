/** Document 4: its nine phases and three error scenarios, by the API; in a browser they are tests of the app. */
import { randomUUID } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answer, notificationOf, type Person, refusal, World } from './world.ts';

const world = new World();
let buyer: Person;
let seller: Person;
let negotiation: string;
let deal: string;

/** What somebody is told of, on this device and by `sync()`. */
interface Told {
  id: string;
  key: string;
  event: string;
  title: string;
  action_url: string;
  read_at: string | null;
  revision: number;
}

beforeAll(async () => {
  [buyer, seller] = await Promise.all([world.person('Bea'), world.person('Sam')]);
});
afterAll(() => world.stop());

const list = (person: Person, filter = 'all'): Promise<Told[]> =>
  answer(person.supabase.rpc('list_notifications', { filter })) as Promise<Told[]>;
const unread = async (person: Person): Promise<number> => (await answer(person.supabase.rpc('notification_counts'))).unread;
const synced = async (person: Person, personal = 0): Promise<{ rows: { table: string; row: Told }[]; cursor: number }> =>
  (await answer(person.supabase.rpc('sync', { personal }))).personal;

/** A listing of the seller, and an offer of the buyer on the table. */
async function offer(): Promise<{ conversation: string; seq: number }> {
  const { id } = await answer(
    seller.supabase
      .from('listings')
      .insert({ title: 'Desk', price_minor: 9_000, currency: 'EUR', status: 'active' })
      .select('id')
      .single()
  );
  const { id: conversation } = await answer(buyer.supabase.rpc('start_negotiation', { listing_id: id }).single());
  const { seq } = await answer(buyer.supabase.rpc('make_offer', { conversation_id: conversation, amount_minor: 8_000 }));
  return { conversation, seq };
}

describe('phases', () => {
  test('1 initial connection: a token opens the socket, of one’s own topic and of no other', async () => {
    const channel = buyer.supabase.channel(`user:${seller.id}`, { config: { private: true } });
    const status = await new Promise<string>((resolve) => channel.subscribe((state) => resolve(state)));
    expect(status).toBe('CHANNEL_ERROR');
    await buyer.supabase.removeChannel(channel);
  });

  test('3 to 5 an event makes a notification in its own transaction, in words, and it comes live', async () => {
    const made = await offer();
    negotiation = made.conversation;
    const told = notificationOf(buyer.inbox, 'offer_accepted');
    ({ id: deal } = await answer(seller.supabase.rpc('accept_offer', { conversation_id: negotiation, seq: made.seq })));
    expect(await told).toMatchObject({
      title: 'Sam accepted your offer of 80.00 EUR',
      body: 'Desk',
      category: 'offer',
      priority: 'high',
      action_url: `/chats/${negotiation}?at=${made.seq}`,
      actor_id: seller.id,
      read_at: null
    });
    expect((await list(buyer)).map(({ event }) => event).sort()).toEqual(['deal_created', 'offer_accepted']);
    expect((await list(seller)).map(({ event }) => event).sort()).toEqual(['negotiation_started', 'offer_made']);
    expect(deal).toBeTypeOf('string');
  });

  test('2 initial data: another device gets all of it with sync(), and the exact count', async () => {
    const phone = await world.device(buyer);
    const { rows, cursor } = await synced(phone);
    expect(
      rows
        .filter(({ table }) => table === 'notifications')
        .map(({ row }) => row.event)
        .sort()
    ).toEqual(['deal_created', 'offer_accepted']);
    expect(await unread(phone)).toBe(2);
    expect((await synced(phone, cursor)).rows).toEqual([]);
  });

  test('6 what happens again is told once', async () => {
    const service = world.service();
    const send = () =>
      answer(
        service.rpc('send_notification', {
          event: 'announcement',
          args: { title: 'Hello', text: 'All of you' },
          target: { users: [buyer.id] },
          key: `hello-${buyer.id}`
        })
      );
    await Promise.all([send(), send(), send()]);
    expect((await list(buyer)).filter(({ event }) => event === 'announcement')).toHaveLength(1);
    expect(await unread(buyer)).toBe(3);
  });

  test('7 and 8 a click marks it read on every device, and leads to the place', async () => {
    const phone = await world.device(buyer);
    const [first] = (await list(buyer)).filter(({ event }) => event === 'offer_accepted');
    const heard = phone.inbox.find(
      ({ event, payload }) => event === 'personal' && payload.row?.id === first!.id && payload.row.read_at !== null
    );
    expect(await answer(buyer.supabase.rpc('mark_notifications_read', { ids: [first!.id] }))).toBe(1);
    await heard;
    expect(await unread(phone)).toBe(2);
    expect(first!.action_url).toMatch(/^\/chats\//);
  });

  test('8 reading the conversation reads what it was about, in the same call', async () => {
    await answer(buyer.supabase.rpc('mark_read', { marks: { [negotiation]: 1_000 } }));
    expect((await list(buyer, 'unread')).map(({ event }) => event)).toEqual(['announcement']);
  });

  test('9 connection recovery: what was missed comes with the next sync, from the cursor on', async () => {
    const { cursor } = await synced(buyer);
    await answer(world.service().rpc('mark_deal_paid', { deal_id: deal }));
    const { rows } = await synced(buyer, cursor);
    expect(rows.map(({ row }) => row.event)).toEqual(['deal_paid']);
  });
});

describe('what else it names', () => {
  test('preferences: a category that somebody does not want is not told', async () => {
    await answer(
      buyer.supabase.rpc('set_notification_preference', { category: 'deal', in_app: false, push: false, email: false })
    );
    const before = await list(buyer);
    await answer(buyer.supabase.rpc('complete_deal', { deal_id: deal }));
    expect(await list(buyer)).toHaveLength(before.length);
    expect((await list(seller)).map(({ event }) => event)).toContain('deal_completed');
  });

  test('templates: each reads in their own language', async () => {
    await answer(seller.supabase.rpc('set_notification_settings', { language: 'de' }));
    const told = notificationOf(seller.inbox, 'urgent_announcement');
    const args = { title: 'Alarm', text: 'x' };
    await answer(
      world.service().rpc('send_notification', { event: 'urgent_announcement', args, target: { users: [seller.id] } })
    );
    expect(await told).toMatchObject({ title: 'Alarm', priority: 'urgent' });
    const made = await offer();
    const offers = (await list(seller)).filter(({ event, key }) => event === 'offer_made' && key.endsWith(`:${made.seq}`));
    expect(offers.some(({ title }) => title === 'Bea bietet 80,00 EUR')).toBe(true);
  });

  test('priorities: an urgent one waits to be acknowledged', async () => {
    const counts = () => answer(seller.supabase.rpc('notification_counts'));
    expect((await counts()).urgent).toBe(1);
    const [urgent] = (await list(seller)).filter(({ event }) => event === 'urgent_announcement');
    await answer(seller.supabase.rpc('acknowledge_notification', { id: urgent!.id }));
    expect((await counts()).urgent).toBe(0);
  });

  test('roles: moderators are told as such, and only who may tells them', async () => {
    const { error } = await world.service().rpc('set_moderator', { user_id: seller.id, is_moderator: true });
    expect(error).toBeNull();
    const announce = (person: Person) =>
      person.supabase.rpc('send_notification', {
        event: 'announcement',
        args: { title: 'To moderators', text: 'x' },
        target: { role: 'moderator' },
        key: randomUUID()
      });
    expect(await refusal(announce(buyer))).toEqual({ status: 403, code: 'not_a_moderator' });
    await answer(announce(seller));
    expect((await list(seller)).map(({ title }) => title)).toContain('To moderators');
    await answer(world.service().rpc('set_moderator', { user_id: seller.id, is_moderator: false }));
  });
});

describe('errors', () => {
  test('the socket fails: the same by REST', async () => {
    const polling = createClient(world.stack.apiUrl, world.stack.publishableKey, { auth: { persistSession: false } });
    const { data } = await buyer.supabase.auth.getSession();
    await polling.auth.setSession({ access_token: data.session!.access_token, refresh_token: data.session!.refresh_token });
    const { personal } = await answer(polling.rpc('sync', { personal: 0 }));
    expect(personal.rows.length).toBeGreaterThan(0);
  });

  test('authentication fails: a bad token is refused, by REST and on the socket', async () => {
    const bad = createClient(world.stack.apiUrl, world.stack.publishableKey, {
      auth: { persistSession: false },
      accessToken: () => Promise.resolve('not.a.token')
    });
    const { status } = await bad.rpc('notification_counts');
    expect(status).toBe(401);
    const state = await new Promise<string>((resolve) =>
      bad.channel(`user:${buyer.id}`, { config: { private: true } }).subscribe((joined) => resolve(joined))
    );
    expect(state).not.toBe('SUBSCRIBED');
    await bad.removeAllChannels();
    await bad.realtime.disconnect();
  });

  test('the network is interrupted: nothing is lost, and nothing comes twice', async () => {
    const phone = await world.device(buyer);
    const { cursor } = await synced(phone);
    await phone.supabase.realtime.disconnect();
    for (const n of [1, 2, 3]) {
      await answer(
        world.service().rpc('send_notification', {
          event: 'announcement',
          args: { title: `While away ${n}`, text: 'x' },
          target: { users: [buyer.id] }
        })
      );
    }
    const { rows, cursor: reached } = await synced(phone, cursor);
    expect(rows.map(({ row }) => row.title)).toEqual(['While away 1', 'While away 2', 'While away 3']);
    expect((await synced(phone, reached)).rows).toEqual([]);
  });
});
