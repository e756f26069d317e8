import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RateLimited, Refused, Unreachable, type Store } from '../../web/lib/chat/index.ts';
import { memoryStore } from '../../web/lib/chat/outbox/memory-store.ts';
import { wishKey, type Asked } from '../../web/lib/chat/personal/wish.ts';
import { Wishes } from '../../web/lib/chat/personal/wishes.ts';
import type { PersonalChange } from '../../web/lib/chat/wire/personal.ts';
import { FakeClock, settled } from './support/fake-clock.ts';
import { FakeBrowser } from './support/fake-tabs.ts';
import { ALICE, CONVERSATION, messageId } from './support/rows.ts';

const SECOND = 1_000;
const draft = (content: string): Extract<Asked, { type: 'draft' }> => ({
  type: 'draft',
  conversationId: CONVERSATION,
  threadSeq: 0,
  id: messageId(1),
  content,
  replyTo: null,
  savedAt: '2026-11-21T10:00:00.000Z'
});
const pin = (pinned: boolean): Asked => ({ type: 'settings', conversationId: CONVERSATION, change: { pinned } });
const archive: Asked = { type: 'settings', conversationId: CONVERSATION, change: { archived: true } };
const markRead = (n: number): Asked => ({ type: 'notifications', to: 'read', ids: [messageId(n)] });
const typing = { afterMs: SECOND, withinMs: 3 * SECOND };

let clock: FakeClock;
let browser: FakeBrowser;
let store: Store;
let ids: number;
let opened: Wishes[];

beforeEach(() => {
  clock = new FakeClock();
  browser = new FakeBrowser();
  store = memoryStore();
  ids = 0;
  opened = [];
});
afterEach(() => Promise.all(opened.map((wishes) => wishes.stop())));

/** A tab, and a server that answers with the next revision of the row, or as `answers` says. */
async function open(name: string, { leads = true, online = true } = {}) {
  const asked: Asked[] = [];
  const state = { cursor: 0, online, leads, synced: 0 };
  const answers: (() => Promise<PersonalChange | null>)[] = [];
  const wishes = new Wishes({
    userId: ALICE,
    store,
    clock,
    newId: () => messageId((ids += 1)),
    grant: async (one) => {
      asked.push(one);
      const answer = answers.shift();
      if (answer) return answer();
      if (one.type === 'notifications') return null;
      return { table: 'drafts', revision: state.cursor + 1, row: {} };
    },
    onGranted: ({ revision }) => (state.cursor = Math.max(state.cursor, revision)),
    synced: async () => {
      state.synced += 1;
      return true;
    },
    cursor: () => state.cursor,
    isOnline: () => state.online,
    tabs: browser.open(name),
    leads: () => state.leads,
    log: () => {}
  });
  opened.push(wishes);
  await wishes.start();
  const shown = () => wishes.items.current.map(({ wish }) => wish.asked);
  return { wishes, asked, state, answers, shown };
}

describe('a wish', () => {
  test('is shown at once, kept, granted, and then forgotten', async () => {
    const { wishes, asked, shown } = await open('a');
    wishes.add(pin(true));
    expect(shown()).toEqual([pin(true)]);
    await settled();
    expect([asked, shown(), await store.wishes(ALICE)]).toEqual([[pin(true)], [], []]);
  });

  test('is shown until what came of it has come', async () => {
    const { wishes, answers, shown } = await open('a');
    answers.push(async () => ({ table: 'drafts', revision: 9, row: {} }));
    const far = await open('b', { leads: false });
    wishes.add(pin(true));
    await settled();
    expect([shown(), far.shown()]).toEqual([[], [pin(true)]]);
    far.wishes.reached(8);
    expect(far.shown()).toEqual([pin(true)]);
    far.wishes.reached(9);
    expect(far.shown()).toEqual([]);
  });

  test('of which no row comes back asks sync() for what came of it', async () => {
    const { wishes, state, shown } = await open('a');
    wishes.add(markRead(1));
    await settled();
    expect([state.synced, shown()]).toEqual([1, []]);
  });

  test('waits without a network, survives a reload, and is asked for once there is one', async () => {
    const before = await open('a', { online: false });
    before.wishes.add(pin(true));
    await settled();
    browser.kill('a');
    const { asked, shown } = await open('b');
    await clock.pass(0);
    expect([before.asked, asked, shown()]).toEqual([[], [pin(true)], []]);
  });

  test('is tried again after growing pauses, all others with it, and at once when there is hope', async () => {
    const { wishes, asked, answers } = await open('a');
    for (let n = 0; n < 3; n += 1) answers.push(() => Promise.reject(new Unreachable('No.')));
    wishes.add(markRead(1));
    await clock.pass(0);
    wishes.add(markRead(2));
    expect(asked).toHaveLength(1);
    await clock.pass(60 * SECOND);
    expect(asked).toEqual([markRead(1), markRead(1), markRead(1), markRead(1), markRead(2)]);
    answers.push(() => Promise.reject(new RateLimited(30 * SECOND)));
    wishes.add(markRead(3));
    await clock.pass(SECOND);
    wishes.wake();
    await clock.pass(0);
    expect(asked.slice(5)).toEqual([markRead(3), markRead(3)]);
  });

  test('that is refused is given up, but a draft stays until it is another one', async () => {
    const { wishes, asked, answers, shown } = await open('a');
    answers.push(
      () => Promise.reject(new Refused('not_allowed', 'No.', 403)),
      () => Promise.reject(new Refused('message_too_long', 'Too long.', 400))
    );
    wishes.add(pin(true));
    await clock.pass(0);
    wishes.add(draft('long'));
    await clock.pass(60 * SECOND);
    expect([asked.length, shown()]).toEqual([2, [draft('long')]]);
    wishes.add(draft('short'));
    await clock.pass(0);
    expect([asked.at(-1), shown()]).toEqual([draft('short'), []]);
  });
});

describe('wishes for the same thing', () => {
  test('replace each other while they wait; of settings, what the first changed goes with the second', async () => {
    const { wishes, asked, state } = await open('a', { online: false });
    for (const one of [pin(true), archive, pin(false), markRead(1), markRead(2)]) wishes.add(one);
    state.online = true;
    wishes.wake();
    await clock.pass(0);
    expect(asked).toEqual([
      { type: 'settings', conversationId: CONVERSATION, change: { archived: true, pinned: false } },
      markRead(1),
      markRead(2)
    ]);
  });

  test('while one is on its way, follow it', async () => {
    const { wishes, asked, answers } = await open('a');
    const answer = Promise.withResolvers<PersonalChange>();
    answers.push(() => answer.promise);
    wishes.add(pin(true));
    await settled();
    wishes.add(pin(false));
    answer.reject(new Unreachable('No.'));
    await clock.pass(10 * SECOND);
    expect(asked).toEqual([pin(true), pin(true), pin(false)]);
  });

  test('while somebody types are one at the end of it, and one now and then', async () => {
    const { wishes, asked, shown } = await open('a');
    for (let n = 0; n < 12; n += 1) {
      wishes.add(draft('x'.repeat(n + 1)), typing);
      expect(shown().at(-1)).toEqual(draft('x'.repeat(n + 1)));
      await clock.pass(SECOND / 2);
    }
    await clock.pass(SECOND);
    expect(asked.map((one) => (one as ReturnType<typeof draft>).content.length)).toEqual([6, 12]);
  });

  test('that are dropped before they were asked for never are', async () => {
    const { wishes, asked, shown } = await open('a');
    wishes.add(draft('sent meanwhile'), typing);
    wishes.drop(wishKey(draft(''))!);
    await clock.pass(60 * SECOND);
    expect([asked, shown(), await store.wishes(ALICE)]).toEqual([[], [], []]);
  });
});

describe('between tabs', () => {
  test('each shows what another wishes, and who wished it asks for it', async () => {
    const a = await open('a', { online: false });
    const b = await open('b', { leads: false });
    b.wishes.add(draft('from b'), typing);
    await settled();
    expect(a.shown()).toEqual([draft('from b')]);
    a.wishes.add(draft('from a'), typing);
    await settled();
    expect([a.shown(), b.shown()]).toEqual([[draft('from a')], [draft('from a')]]);
    a.state.online = true;
    a.wishes.wake();
    await clock.pass(10 * SECOND);
    expect([a.asked, b.asked, b.wishes.items.current.map(({ state }) => state)]).toEqual([[draft('from a')], [], ['granted']]);
  });

  test('a tab that opens later shows them, too', async () => {
    const a = await open('a', { online: false });
    a.wishes.add(pin(true));
    await settled();
    const b = await open('b', { leads: false });
    expect(b.shown()).toEqual([pin(true)]);
  });

  test('a tab that slept shows no longer what was over meanwhile, once it looks', async () => {
    const a = await open('a', { online: false });
    const b = await open('b', { leads: false });
    a.wishes.add(pin(true));
    await settled();
    browser.freeze('b');
    a.state.online = true;
    a.wishes.wake();
    await clock.pass(SECOND);
    browser.thaw('b');
    expect(b.shown()).toEqual([pin(true)]);
    // It is too young to tell from one that is just about to be kept.
    await b.wishes.takeUp();
    expect(b.shown()).toEqual([pin(true)]);
    await clock.pass(10 * SECOND);
    expect(b.shown()).toEqual([]);
  });

  test('what is over while a tab reads the store is not shown by it', async () => {
    const a = await open('a', { online: false });
    const b = await open('b', { leads: false });
    const read = Promise.withResolvers<unknown[]>();
    browser.freeze('b');
    a.wishes.add(pin(true));
    await settled();
    browser.thaw('b');
    const kept = await store.wishes(ALICE);
    store.wishes = () => read.promise;
    const looking = b.wishes.takeUp();
    a.state.online = true;
    a.wishes.wake();
    await clock.pass(SECOND);
    read.resolve(kept);
    await looking;
    expect(b.shown()).toEqual([]);
  });

  test('what a tab leaves behind is asked for by the one that leads, and by no other', async () => {
    const a = await open('a', { online: false });
    const leader = await open('b');
    const other = await open('c', { leads: false });
    a.wishes.add(markRead(1));
    await settled();
    await leader.wishes.takeUp();
    await clock.pass(60 * SECOND);
    expect([leader.asked, other.asked]).toEqual([[], []]);
    browser.kill('a');
    await clock.pass(0);
    expect([leader.asked, other.asked]).toEqual([[markRead(1)], []]);
    expect(await store.wishes(ALICE)).toEqual([]);
  });

  test('a tab that was replaced in the middle does not undo the other', async () => {
    const a = await open('a', { online: false });
    const b = await open('b', { leads: false });
    a.wishes.add(pin(true));
    await settled();
    b.wishes.add(pin(false));
    await clock.pass(0);
    a.state.online = true;
    a.wishes.wake();
    await clock.pass(SECOND);
    expect([a.asked, b.asked]).toEqual([[], [pin(false)]]);
  });
});
