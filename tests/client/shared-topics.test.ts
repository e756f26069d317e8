import { describe, expect, test } from 'vitest';
import { NotSignedIn } from '../../web/lib/chat/index.ts';
import type { Topic, Topics, TopicEvents } from '../../web/lib/chat/live-topics/topics.ts';
import { SharedTopics } from '../../web/lib/chat/tabs/shared-topics.ts';
import { loneTab } from '../../web/lib/chat/tabs/tabs.ts';
import { FakeBrowser } from './support/fake-tabs.ts';
import { FakeClock, settled } from './support/fake-clock.ts';

/** A socket: what is joined on it, and what was said. */
class FakeSocket implements Topics {
  joined = new Map<string, TopicEvents>();
  calls: string[] = [];
  refusal: Error | null = null;

  async connect(): Promise<void> {
    this.calls.push('connect');
    if (this.refusal) throw this.refusal;
  }

  disconnect(): void {
    this.calls.push('disconnect');
  }

  join(name: string, _key: string | null, events: TopicEvents): Topic {
    if (this.joined.has(name)) throw new Error(`${name} is joined already`);
    this.joined.set(name, events);
    queueMicrotask(() => events.joined());
    return {
      send: (event, payload) => void this.calls.push(`${name} says ${event} ${JSON.stringify(payload)}`),
      track: (meta) => void this.calls.push(`${name} is ${JSON.stringify(meta)}`),
      leave: () => void this.joined.delete(name)
    };
  }

  say(name: string, payload: unknown): void {
    this.joined.get(name)?.message?.('message', payload);
  }
}

const clock = new FakeClock();
let ids = 0;

/** A tab with a socket of its own, which it uses only if it leads. */
function openTab(browser: FakeBrowser, id: string) {
  const socket = new FakeSocket();
  const heard: unknown[] = [];
  const happened: string[] = [];
  const shared = new SharedTopics({
    topics: socket,
    tabs: browser.open(id),
    newId: () => `${(ids += 1)}`,
    onMoved: () => happened.push('moved'),
    onLead: () => {},
    onGone: () => happened.push('gone'),
    clock,
    log: () => {}
  });
  shared.start();
  return {
    socket,
    shared,
    heard,
    happened,
    join(name: string, key: string | null = null) {
      return shared.join(name, key, {
        joined: () => happened.push(`joined ${name}`),
        lost: () => happened.push(`lost ${name}`),
        message: (_, payload) => heard.push(payload),
        presence: (state) => heard.push(state)
      });
    }
  };
}

test('without other tabs, topics are the socket’s own', async () => {
  const socket = new FakeSocket();
  const shared = new SharedTopics({
    topics: socket,
    tabs: loneTab(),
    newId: () => 'seat',
    onMoved: () => expect.unreachable(),
    onLead: () => {},
    onGone: () => expect.unreachable(),
    clock,
    log: () => {}
  });
  shared.start();
  await shared.connect();
  const heard: unknown[] = [];
  const topic = shared.join('user:1', null, { joined() {}, lost() {}, message: (_, payload) => heard.push(payload) });
  await settled();
  socket.say('user:1', 'hello');
  topic.send('typing', { typing: true });
  topic.leave();
  expect(heard).toEqual(['hello']);
  expect(socket.calls).toEqual(['connect', 'user:1 says typing {"typing":true}']);
  expect(socket.joined.size).toBe(0);
});

describe('several tabs', () => {
  test('have one socket, one channel a topic, and hear the same', async () => {
    const browser = new FakeBrowser();
    const [first, second, third] = ['a', 'b', 'c'].map((id) => openTab(browser, id));
    await Promise.all([first!.shared.connect(), second!.shared.connect(), third!.shared.connect()]);
    for (const tab of [first!, second!, third!]) tab.join('user:1');
    await settled();
    expect(first!.socket.joined.size).toBe(1);
    expect([second!.socket.calls, third!.socket.calls]).toEqual([[], []]);
    first!.socket.say('user:1', { n: 1 });
    await settled();
    expect([first!, second!, third!].map(({ heard }) => heard)).toEqual([[{ n: 1 }], [{ n: 1 }], [{ n: 1 }]]);
  });

  test('keep a topic while one of them wants it', async () => {
    const browser = new FakeBrowser();
    const [first, second] = [openTab(browser, 'a'), openTab(browser, 'b')];
    const own = first.join('room:1');
    const other = second.join('room:1');
    await settled();
    own.leave();
    await settled();
    expect(first.socket.joined.has('room:1')).toBe(true);
    first.socket.say('room:1', 'still here');
    await settled();
    expect([first.heard, second.heard]).toEqual([[], ['still here']]);
    other.leave();
    await settled();
    expect(first.socket.joined.size).toBe(0);
  });

  test('who comes later is told who is present', async () => {
    const browser = new FakeBrowser();
    const [first, second] = [openTab(browser, 'a'), openTab(browser, 'b')];
    first.join('presence:1', '');
    await settled();
    first.socket.joined.get('presence:1')!.presence!({ bob: [{ state: 'active' }] });
    await settled();
    second.join('presence:1', '');
    await settled();
    expect(second.heard).toEqual([{ bob: [{ state: 'active' }] }]);
    expect(first.heard).toEqual([{ bob: [{ state: 'active' }] }]);
  });

  test('speak with one voice: what the most present of them says', async () => {
    const browser = new FakeBrowser();
    const [first, second] = [openTab(browser, 'a'), openTab(browser, 'b')];
    const [own, other] = [first.join('presence:me', 'me'), second.join('presence:me', 'me')];
    await settled();
    own.track({ state: 'idle' });
    other.track({ state: 'active' });
    await settled();
    own.track({ state: 'idle' });
    await settled();
    browser.kill('b');
    expect(first.socket.calls).toEqual([
      'presence:me is {"state":"idle"}',
      'presence:me is {"state":"active"}',
      'presence:me is {"state":"idle"}'
    ]);
    expect(first.happened).toContain('gone');
  });

  test('a topic that the server closes is lost for all of them', async () => {
    const browser = new FakeBrowser();
    const [first, second] = [openTab(browser, 'a'), openTab(browser, 'b')];
    first.join('feed:1');
    second.join('feed:1');
    await settled();
    first.socket.joined.get('feed:1')!.lost('closed');
    await settled();
    for (const { happened } of [first, second]) expect(happened).toEqual(['joined feed:1', 'lost feed:1']);
  });

  test('the leader’s refusal is the follower’s', async () => {
    const browser = new FakeBrowser();
    const first = openTab(browser, 'a');
    first.socket.refusal = new NotSignedIn('There is no session.');
    await expect(openTab(browser, 'b').shared.connect()).rejects.toBeInstanceOf(NotSignedIn);
  });
});

describe('the lead goes on', () => {
  test('when the leader dies: everything is lost, to be joined again with the next one', async () => {
    const browser = new FakeBrowser();
    const tabs = ['a', 'b', 'c'].map((id) => openTab(browser, id));
    for (const tab of tabs) tab.join('user:1');
    await settled();
    browser.kill('a');
    await settled();
    const [, second, third] = tabs;
    expect(browser.leader).toBe('b');
    for (const tab of [second!, third!]) expect(tab.happened).toEqual(['joined user:1', 'lost user:1', 'moved']);
    await Promise.all([second!.shared.connect(), third!.shared.connect()]);
    second!.join('user:1');
    third!.join('user:1');
    await settled();
    second!.socket.say('user:1', 'from the new one');
    await settled();
    for (const tab of [second!, third!]) expect(tab.heard).toEqual(['from the new one']);
    expect(third!.socket.calls).toEqual([]);
  });

  test('when the leader’s page is about to go: at once, and it does not ask for it back', async () => {
    const browser = new FakeBrowser();
    const [first, second] = [openTab(browser, 'a'), openTab(browser, 'b')];
    first.join('user:1');
    second.join('user:1');
    await settled();
    first.shared.handOver();
    await settled();
    expect([browser.leader, second.shared.leads, first.shared.leads]).toEqual(['b', true, false]);
    expect(first.happened).toEqual(['joined user:1', 'lost user:1']);
    expect(first.socket.calls.at(-1)).toBe('disconnect');
    // The page has stayed after all, and is the next.
    await first.shared.connect();
    browser.kill('b');
    await settled();
    expect(first.shared.leads).toBe(true);
  });

  test('of a page without others: it keeps what it has', async () => {
    const browser = new FakeBrowser();
    const only = openTab(browser, 'a');
    only.join('user:1');
    await settled();
    only.shared.handOver();
    expect([only.shared.leads, only.happened]).toEqual([true, ['joined user:1']]);
  });

  test('and nobody’s giving up ends the socket that the next one is opening', async () => {
    const browser = new FakeBrowser();
    const [, second, third] = ['a', 'b', 'c'].map((id) => openTab(browser, id));
    await settled();
    browser.kill('a');
    const opening = Promise.withResolvers<void>();
    second!.socket.connect = () => opening.promise;
    const connected = second!.shared.connect();
    third!.shared.disconnect();
    second!.shared.disconnect();
    await settled();
    opening.resolve();
    await connected;
    expect(second!.socket.calls).toEqual([]);
    third!.shared.disconnect();
    await settled();
    expect(second!.socket.calls).toEqual(['disconnect']);
  });

  test('when the leader stops: its socket is closed', async () => {
    const browser = new FakeBrowser();
    const [first, second] = [openTab(browser, 'a'), openTab(browser, 'b')];
    first.join('user:1');
    second.join('user:1');
    await settled();
    first.shared.stop();
    await settled();
    expect(first.socket.joined.size).toBe(0);
    expect(first.socket.calls.at(-1)).toBe('disconnect');
    expect(second.shared.leads).toBe(true);
  });

  test('when the leader does not answer: it is taken, and given up by the one that was frozen', async () => {
    const browser = new FakeBrowser();
    const [first, second] = [openTab(browser, 'a'), openTab(browser, 'b')];
    first.join('user:1');
    second.join('user:1');
    await settled();
    browser.freeze('a');
    second.shared.check();
    await clock.pass(1_000);
    expect(browser.leader).toBe('b');
    expect(second.happened).toEqual(['joined user:1', 'lost user:1', 'moved']);
    browser.thaw('a');
    await settled();
    expect(first.happened).toEqual(['joined user:1', 'lost user:1', 'moved']);
    expect(first.socket.joined.size).toBe(0);
    await first.shared.connect();
    expect(second.socket.calls).toEqual(['connect']);
  });

  test('a leader that answers, however slowly it connects, is left in peace', async () => {
    const browser = new FakeBrowser();
    const [first, second] = [openTab(browser, 'a'), openTab(browser, 'b')];
    first.socket.connect = () => new Promise(() => {});
    second.shared.check();
    await clock.pass(60_000);
    expect(browser.leader).toBe('a');
  });
});
