/** The outbox without a tab: what a service worker sends, and when it leaves it to others. */
import { expect, test } from 'vitest';
import { Refused, Unreachable } from '../../web/lib/chat/index.ts';
import { memoryStore } from '../../web/lib/chat/outbox/memory-store.ts';
import type { OutboxEntry } from '../../web/lib/chat/outbox/entry.ts';
import { flushLeft } from '../../web/lib/chat/outbox/flush-left.ts';
import type { OutboxItem } from '../../web/lib/chat/outbox/plan.ts';
import { FakeClock } from './support/fake-clock.ts';
import { FakeBrowser } from './support/fake-tabs.ts';
import { ALICE, message, messageId } from './support/rows.ts';

const CONVERSATION = '0190a000-0000-7000-8000-00000000000a';

/** A worker that wakes in a browser where a tab has left something. */
async function world(...contents: string[]) {
  const store = memoryStore();
  const browser = new FakeBrowser();
  const clock = new FakeClock();
  const said: string[] = [];
  let wakes = 0;
  let fate: (entry: OutboxEntry) => Error | null = () => null;
  const tab = browser.open('tab');
  const entries = contents.map((content, n): OutboxEntry => ({
    version: 2,
    action: { type: 'send', replyTo: null },
    id: messageId(n + 1),
    userId: ALICE,
    conversationId: CONVERSATION,
    content,
    writtenAt: 0,
    attempts: 3,
    nextAttemptAt: 0,
    tab: 'tab',
    refusal: null
  }));
  for (const entry of entries) await store.put(entry);
  let seen: readonly OutboxItem[] = [];
  return {
    store,
    browser,
    clock,
    tab,
    said,
    seen: () => seen,
    decide: (next: typeof fate) => (fate = next),
    wake: async () => {
      const flushing = flushLeft({
        userId: ALICE,
        store,
        tabs: browser.open(`worker ${(wakes += 1)}`),
        perform: async (entry) => {
          const error = fate(entry);
          if (error) throw error;
          said.push(entry.content);
          return { ...message(said.length, said.length + 1, ALICE, entry.content), id: entry.id };
        },
        onItems: (items) => (seen = items),
        newId: () => messageId(99),
        clock,
        log: () => {}
      });
      await clock.pass(1_000);
      return flushing;
    },
    left: async () => (await store.entries(ALICE)).map(({ content }) => content)
  };
}

test('sends all that tabs which are gone have left, in order', async () => {
  const { browser, wake, said, left } = await world('one', 'two', 'three');
  browser.kill('tab');
  expect(await wake()).toBe(true);
  expect(said).toEqual(['one', 'two', 'three']);
  expect(await left()).toEqual([]);
  expect(browser.leader).toBeNull();
});

test('leaves it to the tab that leads, and says that something is left', async () => {
  const { tab, wake, said } = await world('one');
  tab.lead({ leads() {}, lost() {} });
  expect(await wake()).toBe(false);
  expect(said).toEqual([]);
});

test('gives up at the first failure, so that the browser tries again later', async () => {
  const { browser, wake, said, left, decide } = await world('one', 'two');
  browser.kill('tab');
  decide(({ content }) => (content === 'two' ? new Unreachable('no') : null));
  expect(await wake()).toBe(false);
  expect(said).toEqual(['one']);
  expect(await left()).toEqual(['two']);
  decide(() => null);
  expect(await wake()).toBe(true);
  expect(said).toEqual(['one', 'two']);
});

test('what is refused waits for the person: nothing more is to be done', async () => {
  const { browser, wake, store, decide } = await world('one');
  browser.kill('tab');
  decide(() => new Refused('not_a_member', 'no', 403));
  expect(await wake()).toBe(true);
  expect((await store.entries(ALICE))[0]?.refusal?.code).toBe('not_a_member');
  expect(await wake()).toBe(true);
});

test('ends at once when nothing is left', async () => {
  const { browser, wake, seen } = await world();
  browser.kill('tab');
  expect(await wake()).toBe(true);
  expect(seen()).toEqual([]);
});
