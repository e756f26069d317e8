/** What is one's own, on two devices of one person, against the real stack. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { draftKey, memoryStore, type Chat } from '../../web/lib/chat/index.ts';
import { FakePage } from './support/fake-page.ts';
import { World, type Someone } from './support/people.ts';
import { until } from './support/until.ts';

let world: World;
let alice: Someone;
let bob: Someone;
let phone: Chat;
let laptop: Chat;
let id: string;

beforeAll(async () => {
  world = new World();
  [alice, bob] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
  const second = { ...alice, supabase: await world.signIn(alice.email) };
  [phone, laptop] = await Promise.all([world.chat(alice), world.chat(second)]);
  await Promise.all([phone, laptop].map((chat) => until(chat.connection, ({ phase }) => phase === 'live')));
});
afterAll(() => world.stop());

beforeEach(async () => {
  const group = await phone.createGroup('Harbour', [bob.id]);
  await world.write(bob, group, ['one', 'two', 'three']);
  id = group;
  await Promise.all(
    [phone, laptop].map((chat) =>
      until(chat.conversations, ({ items }) => items.some((one) => one.id === id && one.lastSeq === 3))
    )
  );
});

const item = (chat: Chat) => chat.conversations.current.items.find((one) => one.id === id)!;
const shows = (chat: Chat, holds: (one: ReturnType<typeof item>) => boolean) =>
  until(chat.conversations, () => holds(item(chat)));
const text = (chat: Chat) => chat.drafts.all.current.get(draftKey(id, 0))?.text;

describe('a draft', () => {
  test('is there at once, and on the other device', async () => {
    phone.drafts.save(id, 'half a thought', { replyTo: 2 });
    expect(text(phone)).toBe('half a thought');
    const drafts = await until(laptop.drafts.all, (all) => all.has(draftKey(id, 0)));
    expect(drafts.get(draftKey(id, 0))).toMatchObject({ text: 'half a thought', replyTo: 2, threadSeq: 0 });
    laptop.drafts.save(id, 'half a thought more');
    await until(phone.drafts.all, () => text(phone) === 'half a thought more');
    laptop.drafts.save(id, '');
    await until(phone.drafts.all, () => text(phone) === undefined);
  });

  test('becomes the message with its id, and is over everywhere', async () => {
    const view = phone.openConversation(id);
    phone.drafts.save(id, 'a whole thought');
    await until(laptop.drafts.all, () => text(laptop) !== undefined);
    const sent = view.send('a whole thought');
    expect(text(phone)).toBeUndefined();
    await until(laptop.drafts.all, () => text(laptop) === undefined);
    const { rows } = await world.sql.query('select id from public.drafts where conversation_id = $1', [id]);
    expect(rows).toEqual([{ id: sent }]);
    view.close();
  });

  test('of a device whose clock is behind holds against what it has seen', async () => {
    phone.drafts.save(id, 'from the phone');
    await until(laptop.drafts.all, () => text(laptop) === 'from the phone');
    await world.sql.query(`update public.drafts set saved_at = saved_at + interval '1 hour' where conversation_id = $1`, [id]);
    const hour = Date.now() + 50 * 60_000;
    await until(laptop.drafts.all, (all) => (all.get(draftKey(id, 0))?.savedAt.getTime() ?? 0) > hour);
    laptop.drafts.save(id, 'from the laptop');
    expect(text(laptop)).toBe('from the laptop');
  });
});

describe('how a conversation is kept', () => {
  test('is shown at once, and on the other device', async () => {
    phone.settings.pin(id, true);
    phone.settings.mute(id, 'forever');
    phone.settings.setLevel(id, 'mentions');
    phone.settings.archive(id, true);
    const wanted = { pinned: true, muted: true, mutedUntil: 'forever', notifyLevel: 'mentions', archived: true };
    expect(item(phone)).toMatchObject(wanted);
    expect(phone.conversations.current.items[0]?.id).toBe(id);
    await shows(laptop, (one) => one.pinned && one.muted && one.archived);
    expect(item(laptop)).toMatchObject(wanted);
    laptop.settings.pin(id, false);
    laptop.settings.unmute(id);
    laptop.settings.setLevel(id, 'all');
    await shows(phone, (one) => !one.pinned && !one.muted && one.notifyLevel === 'all');
    expect(item(phone).archived).toBe(true);
  });

  test('a message brings back what was archived, one of the system does not', async () => {
    phone.settings.archive(id, true);
    await shows(laptop, (one) => one.archived);
    const view = laptop.openConversation(id);
    await view.rename('Quay');
    await shows(phone, (one) => one.title === 'Quay' && one.lastMessage?.notice?.code === 'renamed');
    expect([item(phone).archived, item(laptop).archived]).toEqual([true, true]);
    await world.write(bob, id, ['four']);
    await Promise.all([phone, laptop].map((chat) => shows(chat, (one) => !one.archived)));
    view.close();
  });

  test('a mute ends by itself', async () => {
    phone.settings.mute(id, new Date(Date.now() + 1_500));
    expect(item(phone).muted).toBe(true);
    await shows(laptop, (one) => one.muted);
    await Promise.all([phone, laptop].map((chat) => shows(chat, (one) => !one.muted)));
  });

  test('a mark as unread goes when the conversation is opened', async () => {
    const reading = laptop.openConversation(id);
    reading.markVisible(item(laptop).lastSeq);
    await shows(phone, (one) => one.unread === 0);
    reading.close();
    phone.settings.markUnread(id);
    expect(item(phone)).toMatchObject({ markedUnread: true, unread: 0 });
    await shows(laptop, (one) => one.markedUnread);
    const view = laptop.openConversation(id);
    expect(item(laptop).markedUnread).toBe(false);
    await shows(phone, (one) => !one.markedUnread);
    view.close();
  });

  test('is changed offline, over a restart', async () => {
    const page = new FakePage();
    page.goOnline(false);
    const store = memoryStore();
    const options = { store, surroundings: page.surroundings() };
    const third = { ...alice, supabase: await world.signIn(alice.email) };
    const online = await world.chat(third, { store });
    await online.stop();
    const before = await world.chat(third, options);
    before.settings.pin(id, true);
    before.drafts.save(id, 'written on the train', { replyTo: 2 });
    expect([item(before).pinned, text(before)]).toEqual([true, 'written on the train']);
    await before.stop();
    const after = await world.chat(third, options);
    expect([item(after).pinned, text(after)]).toEqual([true, 'written on the train']);
    expect(after.drafts.all.current.get(draftKey(id, 0))?.replyTo).toBe(2);
    expect(item(laptop).pinned).toBe(false);
    page.goOnline(true);
    await shows(laptop, (one) => one.pinned);
    await until(laptop.drafts.all, () => text(laptop) === 'written on the train');
    await after.stop();
    await after.wipe();
    expect([await store.personal(alice.id), await store.wishes(alice.id)]).toEqual([undefined, []]);
  });
});

test('a message that is hidden is gone from timeline and list, on all devices, until it is brought back', async () => {
  const here = phone.openConversation(id);
  const there = laptop.openConversation(id);
  const last = 3;
  await Promise.all(
    [here, there].map((view) => until(view.timeline, ({ messages }) => messages.some(({ seq }) => seq === last)))
  );
  here.hide(last);
  expect(here.timeline.current.messages.map(({ seq }) => seq)).not.toContain(last);
  expect(item(phone).lastMessage?.content).toBe('two');
  await until(there.timeline, ({ messages }) => messages.every(({ seq }) => seq !== last));
  there.hide(last, false);
  await until(here.timeline, ({ messages }) => messages.some(({ seq }) => seq === last));
  expect(item(phone).lastMessage?.content).toBe('three');
  here.close();
  there.close();
});

test('who is blocked is blocked on all devices', async () => {
  await phone.blocks.block(bob.id);
  expect([...phone.blocks.all.current]).toEqual([bob.id]);
  await until(laptop.blocks.all, (all) => all.has(bob.id));
  await laptop.blocks.unblock(bob.id);
  await until(phone.blocks.all, (all) => all.size === 0);
});

test('a scheduled message waits on all devices, can be changed, and is sent', async () => {
  const at = new Date(Date.now() + 3_600_000);
  const first = await phone.scheduled.schedule(id, { text: 'later', sendAt: at });
  const [shown] = await until(laptop.scheduled.all, (all) => all.length === 1);
  expect(shown).toMatchObject({ id: first, conversationId: id, text: 'later', sendAt: at, refusal: null });
  await laptop.scheduled.edit(first, { text: 'a little later' });
  await until(phone.scheduled.all, ([one]) => one?.text === 'a little later');
  await phone.scheduled.sendNow(first);
  await until(laptop.conversations, () => item(laptop).lastMessage?.content === 'a little later');
  const second = await phone.scheduled.schedule(id, { text: 'never', sendAt: at });
  await laptop.scheduled.cancel(second);
  await until(phone.scheduled.all, (all) => all.every((one) => one.id !== second));
});

test('who is told of something learns it on all devices, once, and reading it counts everywhere', async () => {
  const unread = (chat: Chat) => chat.notifications.list.current.unreadBy.get('mention') ?? 0;
  const counts = (chat: Chat, wanted: number) => until(chat.notifications.list, () => unread(chat) === wanted);
  const arrived: string[] = [];
  const release = phone.notifications.onArrived((all) => arrived.push(...all.map(({ event }) => event)));
  await world.sql.query(`select private.notify(array[$1]::uuid[], $2, 'mention', '{}', $3, 1, $4)`, [alice.id, id, id, bob.id]);
  await Promise.all([counts(phone, 1), counts(laptop, 1)]);
  expect(arrived).toEqual(['mention']);
  release();
  const told = phone.notifications.list.current.items.find(({ category }) => category === 'mention')!;
  expect(told).toMatchObject({ title: 'Bob mentioned you in Harbour', conversationId: id, seq: 1, silent: false });
  laptop.notifications.markRead([told.id]);
  expect(unread(laptop)).toBe(0);
  await counts(phone, 0);
  phone.notifications.markUnread([told.id]);
  await counts(laptop, 1);
  laptop.notifications.archive([told.id]);
  await counts(phone, 0);
  expect(phone.notifications.list.current.items.find((one) => one.id === told.id)).toMatchObject({ archived: true, read: false });
});

test('how one wants to be told is the same on all devices', async () => {
  await Promise.all([phone.notifying.load(), laptop.notifying.load()]);
  expect(laptop.notifying.channels.current?.get('reaction')).toEqual({ inApp: true, push: false, email: false });
  phone.notifying.setChannel('reaction', 'push', true);
  phone.notifying.change({ timeZone: 'Europe/Berlin', quietFrom: '22:00', quietTo: '07:00', playsSound: false });
  expect(phone.notifying.settings.current).toMatchObject({ timeZone: 'Europe/Berlin', quietFrom: '22:00', playsSound: false });
  await until(laptop.notifying.channels, (all) => all?.get('reaction')?.push === true);
  await until(laptop.notifying.settings, ({ quietTo, playsSound }) => quietTo === '07:00' && !playsSound);
  laptop.notifying.change({ quietFrom: null, quietTo: null, digestAfter: null });
  laptop.notifying.snooze(new Date(Date.now() + 3_600_000));
  await until(phone.notifying.settings, (all) => all.quietFrom === null && all.digestAfter === null && all.snoozedUntil !== null);
});
