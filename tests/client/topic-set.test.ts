import { describe, expect, test } from 'vitest';
import { TopicSet } from '../../web/lib/chat/live-topics/topic-set.ts';
import type { Topics, TopicEvents } from '../../web/lib/chat/live-topics/topics.ts';
import { FakeClock } from './support/fake-clock.ts';

/** Topics that are joined and lost when the test says so. */
class FakeTopics implements Topics {
  readonly held = new Map<string, TopicEvents>();
  joins = 0;
  connect = async () => {};
  disconnect = () => {};

  join(name: string, _presenceKey: string | null, events: TopicEvents) {
    if (this.held.has(name)) throw new Error(`${name} is joined twice`);
    this.held.set(name, events);
    this.joins += 1;
    return { send: () => {}, track: () => {}, leave: () => void this.held.delete(name) };
  }

  lose(name: string): void {
    const events = this.held.get(name)!;
    this.held.delete(name);
    events.lost('lost');
  }
}

function world(jitterMs = 0) {
  const clock = new FakeClock();
  const topics = new FakeTopics();
  const log: string[] = [];
  const set = new TopicSet({
    topics,
    use: (name) => ({
      joined: () => log.push(`+${name}`),
      left: () => log.push(`-${name}`),
      message: (event) => log.push(`${name} ${event}`)
    }),
    jitterMs: () => jitterMs,
    clock,
    log: () => {}
  });
  return { clock, topics, set, log };
}

describe('a set of topics', () => {
  test('joins what is wanted while there is a connection, and leaves the rest', () => {
    const { topics, set } = world();
    set.want(['a', 'b']);
    expect([...topics.held.keys()]).toEqual([]);
    set.enable();
    set.want(['b', 'c']);
    expect([...topics.held.keys()].toSorted()).toEqual(['b', 'c']);
    expect(topics.joins).toBe(3);
    set.disable();
    expect(topics.held.size).toBe(0);
    set.enable();
    expect([...topics.held.keys()].toSorted()).toEqual(['b', 'c']);
  });

  test('joins a lost topic again, later and later, and harms no other', async () => {
    const { clock, topics, set } = world();
    set.want(['a', 'b']);
    set.enable();
    for (const wait of [750, 1500, 3000]) {
      topics.lose('a');
      await clock.pass(wait - 1);
      expect(topics.held.has('a')).toBe(false);
      await clock.pass(1);
      expect(topics.held.has('a')).toBe(true);
    }
    expect(topics.joins).toBe(5);
  });

  test('does not join again what is not wanted any more', async () => {
    const { clock, topics, set } = world();
    set.want(['a']);
    set.enable();
    topics.lose('a');
    set.want([]);
    await clock.pass(60_000);
    expect(topics.joins).toBe(1);
    expect(clock.waiting).toBe(0);
  });

  test('says when a topic is joined and left, and hears nothing of one it has left', () => {
    const { topics, set, log } = world();
    set.want(['a']);
    set.enable();
    const events = topics.held.get('a')!;
    expect(set.joined('a')).toBeNull();
    events.joined();
    expect(set.joined('a')).not.toBeNull();
    events.message?.('hello', {});
    set.want([]);
    events.message?.('late', {});
    events.joined();
    expect(log).toEqual(['+a', 'a hello', '-a']);
  });

  test('spreads the joins of a topic that has moved, and only those', async () => {
    const { clock, topics, set } = world(1000);
    set.want(['room:a:1']);
    set.enable();
    expect([...topics.held.keys()]).toEqual(['room:a:1']);
    set.want(['room:a:2', 'room:b:1']);
    expect([...topics.held.keys()]).toEqual(['room:b:1']);
    await clock.pass(499);
    expect(topics.held.size).toBe(1);
    await clock.pass(1);
    expect([...topics.held.keys()]).toEqual(['room:b:1', 'room:a:2']);
  });
});
