/**
 * The outbox against a server that stores what it gets once, refuses, wants pauses, and is reached or not. Whatever happens:
 *   O1  every message is stored once, if it is stored
 *   O2  in the order of writing within a conversation
 *   O3  what is not stored is still in the outbox, and in the store
 */
import { describe, expect, test } from 'vitest';
import { RateLimited, Refused, Unreachable, type Store } from '../../web/lib/chat/index.ts';
import { memoryStore } from '../../web/lib/chat/outbox/memory-store.ts';
import type { OutboxEntry } from '../../web/lib/chat/outbox/entry.ts';
import { Outbox } from '../../web/lib/chat/outbox/outbox.ts';
import type { MessageRow } from '../../web/lib/chat/wire/rows.ts';
import { loneTab, type Tabs } from '../../web/lib/chat/tabs/tabs.ts';
import { FakeClock, settled } from './support/fake-clock.ts';
import { FakeBrowser } from './support/fake-tabs.ts';
import { seeded } from './support/random.ts';
import { ALICE, message as row, messageId } from './support/rows.ts';

const A = '0190a000-0000-7000-8000-00000000000a';
const B = '0190a000-0000-7000-8000-00000000000b';

/** What happens to a request: it is stored and answered, stored but the answer is lost, or not stored for this reason. */
type Fate = 'ok' | 'answer lost' | Error;

class Server {
  readonly stored: MessageRow[] = [];
  readonly requests: string[] = [];
  fate: (entry: OutboxEntry) => Fate = () => 'ok';

  async send(entry: OutboxEntry): Promise<MessageRow> {
    this.requests.push(entry.content);
    const fate = this.fate(entry);
    if (fate instanceof Error) throw fate;
    let message = this.stored.find(({ id }) => id === entry.id);
    if (!message) {
      const seq = this.stored.filter((other) => other.conversation_id === entry.conversationId).length + 1;
      message = { ...row(seq, seq + 1, ALICE, entry.content), conversation_id: entry.conversationId, id: entry.id };
      this.stored.push(message);
    }
    if (fate === 'answer lost') throw new Unreachable('lost');
    return message;
  }

  contents(conversationId: string): string[] {
    return this.stored.filter((message) => message.conversation_id === conversationId).map(({ content }) => content);
  }
}

function world(store: Store = memoryStore()) {
  const clock = new FakeClock();
  const server = new Server();
  let isOnline = true;
  let ids = 0;
  const create = (tabs: Tabs = loneTab(), leads = true) => {
    const outbox: Outbox = new Outbox({
      userId: ALICE,
      store,
      clock,
      newId: () => messageId((ids += 1)),
      perform: (entry) => server.send(entry),
      onStored: (message) => outbox.settle([message.id]),
      isOnline: () => isOnline,
      tabs: { ...tabs, leads },
      log: () => {}
    });
    return outbox;
  };
  return {
    clock,
    server,
    store,
    create,
    online: (value: boolean) => {
      isOnline = value;
    },
    kept: async () => (await store.entries(ALICE)).map(({ content }) => content)
  };
}

describe('the outbox', () => {
  test('sends in order per conversation and forgets what is stored', async () => {
    const { server, create, kept } = world();
    const outbox = create();
    await outbox.start();
    for (const text of ['one', 'two', 'three']) {
      outbox.add(A, text);
      outbox.add(B, `${text} to B`);
    }
    await settled();
    expect(server.contents(A)).toEqual(['one', 'two', 'three']);
    expect(server.contents(B)).toEqual(['one to B', 'two to B', 'three to B']);
    expect(outbox.items.current).toEqual([]);
    expect(await kept()).toEqual([]);
  });

  test('keeps an entry before it is sent for the first time', async () => {
    const store = memoryStore();
    const kept = Promise.withResolvers<void>();
    const { server, create } = world({ ...store, put: (entry) => kept.promise.then(() => store.put(entry)) });
    const outbox = create();
    await outbox.start();
    outbox.add(A, 'one');
    await settled();
    expect(server.requests).toEqual([]);
    kept.resolve();
    await settled();
    expect(server.requests).toEqual(['one']);
  });

  test('sends all the same when nothing can be kept', async () => {
    const broken: Store = {
      ...memoryStore(),
      put: () => Promise.reject(new Error('quota')),
      entries: () => Promise.reject(new Error('broken'))
    };
    const { server, create } = world(broken);
    const outbox = create();
    await outbox.start();
    outbox.add(A, 'one');
    await settled();
    expect(server.contents(A)).toEqual(['one']);
  });

  test('tries again later and later, in order, for as long as nobody answers', async () => {
    const { clock, server, create, kept } = world();
    const outbox = create();
    await outbox.start();
    server.fate = () => new Unreachable('down');
    outbox.add(A, 'one');
    outbox.add(A, 'two');
    await clock.pass(100_000);
    expect(new Set(server.requests)).toEqual(new Set(['one']));
    expect(server.requests.length).toBe(9);
    expect(await kept()).toEqual(['one', 'two']);
    server.fate = () => 'ok';
    await clock.pass(30_000);
    expect(server.contents(A)).toEqual(['one', 'two']);
  });

  test('a message whose answer was lost is stored once', async () => {
    const { clock, server, create } = world();
    const outbox = create();
    await outbox.start();
    let tries = 0;
    server.fate = () => ((tries += 1) < 3 ? 'answer lost' : 'ok');
    outbox.add(A, 'one');
    await clock.pass(10_000);
    expect(server.requests).toEqual(['one', 'one', 'one']);
    expect(server.contents(A)).toEqual(['one']);
    expect(outbox.items.current).toEqual([]);
  });

  test('a reaction that may have been given is given again before it is taken back', async () => {
    const { clock, server, create } = world();
    const outbox = create();
    await outbox.start();
    const done: string[] = [];
    server.fate = ({ action }) => {
      done.push(action.type === 'react' && action.on ? 'given' : 'taken back');
      return done.length > 1 ? 'ok' : 'answer lost';
    };
    outbox.add(A, '', { type: 'react', seq: 1, emoji: '👍', on: true });
    await settled();
    outbox.add(A, '', { type: 'react', seq: 1, emoji: '👍', on: false });
    expect(outbox.items.current).toHaveLength(2);
    await clock.pass(5_000);
    expect(done).toEqual(['given', 'given', 'taken back']);
    expect(outbox.items.current).toEqual([]);
  });

  test('a refused entry stays with its reason, and holds up nobody', async () => {
    const { clock, server, create, kept } = world();
    const outbox = create();
    await outbox.start();
    server.fate = ({ content }) => (content === 'bad' ? new Refused('message_too_long', 'The message is too long.', 400) : 'ok');
    const bad = outbox.add(A, 'bad');
    outbox.add(A, 'good');
    await clock.pass(100_000);
    expect(server.requests).toEqual(['bad', 'good']);
    expect(outbox.items.current).toMatchObject([{ entry: { id: bad, refusal: { code: 'message_too_long' } } }]);
    expect(await kept()).toEqual(['bad']);

    server.fate = () => 'ok';
    outbox.retry(bad);
    await settled();
    expect(server.contents(A)).toEqual(['good', 'bad']);
  });

  test('a refused entry can be discarded, for its text to be edited', async () => {
    const { server, create, kept } = world();
    const outbox = create();
    await outbox.start();
    server.fate = () => new Refused('message_blank', 'The message is empty.', 400);
    const id = outbox.add(A, 'bad');
    await settled();
    expect(outbox.discard(id)).toBe('bad');
    expect(outbox.discard(id)).toBeNull();
    await settled();
    expect(await kept()).toEqual([]);
  });

  test('what became of an entry is known after a reload', async () => {
    const { server, create } = world();
    const before = create();
    await before.start();
    server.fate = ({ content }) =>
      content === 'bad' ? new Refused('message_blank', 'The message is empty.', 400) : new Unreachable('down');
    before.add(A, 'bad');
    before.add(A, 'late');
    await settled();
    await before.stop();
    const after = create();
    await after.start();
    await settled();
    expect(after.items.current).toMatchObject([
      { entry: { content: 'bad', refusal: { code: 'message_blank' } } },
      { entry: { content: 'late', attempts: 1, refusal: null } }
    ]);
    await settled();
    expect(server.requests).toEqual(['bad', 'late']);
  });

  test('a pause that the server wants holds for all conversations', async () => {
    const { clock, server, create } = world();
    const outbox = create();
    await outbox.start();
    server.fate = () => new RateLimited(5000);
    outbox.add(A, 'one');
    await settled();
    server.fate = () => 'ok';
    outbox.add(B, 'to B');
    outbox.wake();
    await clock.pass(4999);
    expect(server.requests).toEqual(['one']);
    await clock.pass(1);
    expect([server.contents(A), server.contents(B)]).toEqual([['one'], ['to B']]);
  });

  test('asks nobody while offline, and at once when woken', async () => {
    const { clock, server, create, online } = world();
    const outbox = create();
    await outbox.start();
    online(false);
    outbox.add(A, 'one');
    await clock.pass(60_000);
    expect(server.requests).toEqual([]);
    online(true);
    outbox.wake();
    await settled();
    expect(server.contents(A)).toEqual(['one']);
  });

  test('does not wait out its pause when there is reason to hope', async () => {
    const { clock, server, create } = world();
    const outbox = create();
    await outbox.start();
    server.fate = () => new Unreachable('down');
    outbox.add(A, 'one');
    await clock.pass(20_000);
    server.fate = () => 'ok';
    outbox.wake();
    await settled();
    expect(server.contents(A)).toEqual(['one']);
  });

  test('goes on after a reload with what was kept, older first', async () => {
    const { clock, server, store, create } = world();
    const before = create();
    await before.start();
    server.fate = () => 'answer lost';
    before.add(A, 'one');
    before.add(A, 'two');
    await settled();
    await before.stop();

    server.fate = () => 'ok';
    const after = create();
    after.add(A, 'three');
    await after.start();
    await settled();
    expect(after.items.current.map(({ entry }) => entry.content)).toEqual(['one', 'two', 'three']);
    await clock.pass(2000);
    expect(server.contents(A)).toEqual(['one', 'two', 'three']);
    expect(await store.entries(ALICE)).toEqual([]);
  });

  test('what a tab has left is sent by the one that leads, in order, and not while that tab is there', async () => {
    const { clock, server, store, create } = world();
    const browser = new FakeBrowser();
    const [one, two, three] = ['one', 'two', 'three'].map((id) => browser.open(id)) as [Tabs, Tabs, Tabs];
    server.fate = () => new Unreachable('down');
    const dying = create(one, false);
    await dying.start();
    const discarded = dying.add(A, 'never');
    dying.add(A, 'first');
    dying.add(A, 'second');
    await settled();
    const leading = create(two);
    const following = create(three, false);
    const starting = Promise.all([leading.start(), following.start()]);
    await clock.pass(1_000);
    await starting;
    expect(leading.items.current).toEqual([]);
    expect(dying.discard(discarded)).toBe('never');
    await settled();

    await dying.stop();
    server.fate = () => 'ok';
    server.requests.length = 0;
    browser.kill('one');
    await settled();
    await clock.pass(30_000);
    expect(server.requests).toEqual(['first', 'second']);
    expect(following.items.current).toEqual([]);
    expect(await store.entries(ALICE)).toEqual([]);
  });

  test('what the live event settled first is not sent again', async () => {
    const { clock, server, create } = world();
    const outbox = create();
    await outbox.start();
    server.fate = () => 'answer lost';
    const id = outbox.add(A, 'one');
    await settled();
    outbox.settle([id]);
    await clock.pass(60_000);
    expect(server.requests).toEqual(['one']);
    expect(outbox.items.current).toEqual([]);
  });
});

test('by chance: O1, O2 and O3 hold whatever the network and the reloads do', async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const chance = seeded(seed);
    const { clock, server, store, create, online } = world();
    clock.chance = chance.random();
    server.fate = () => {
      const fate = chance.random();
      if (fate < 0.4) return 'ok';
      if (fate < 0.6) return 'answer lost';
      if (fate < 0.7) return new RateLimited(1000 * chance.below(5));
      return new Unreachable('down');
    };
    const written: Record<string, string[]> = { [A]: [], [B]: [] };
    let outbox = create();
    await outbox.start();
    for (let step = 0; step < 40; step += 1) {
      const what = chance.random();
      if (what < 0.5) {
        const to = chance.pick([A, B]);
        const text = `${step}`;
        outbox.add(to, text);
        written[to]!.push(text);
        await settled();
      } else if (what < 0.8) await clock.pass(chance.below(5000));
      else if (what < 0.9) online(chance.chance(0.5));
      else {
        await outbox.stop();
        outbox = create();
        await outbox.start();
      }
      const kept = new Set((await store.entries(ALICE)).map(({ content }) => content));
      const stored = new Set(server.stored.map(({ content }) => content));
      for (const text of [...written[A]!, ...written[B]!])
        if (!kept.has(text) && !stored.has(text)) throw new Error(`O3: seed ${seed} lost ${text}`);
    }
    online(true);
    server.fate = () => 'ok';
    outbox.wake();
    await clock.pass(120_000);
    expect([server.contents(A), server.contents(B)], `O1, O2: seed ${seed}`).toEqual([written[A], written[B]]);
    expect(outbox.items.current, `seed ${seed}`).toEqual([]);
    expect(await store.entries(ALICE), `seed ${seed}`).toEqual([]);
    await outbox.stop();
  }
});
