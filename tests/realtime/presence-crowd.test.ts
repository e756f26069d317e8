/** Thousands on one topic: what everyone ends up knowing, and how much work that is. */
import { expect, test } from 'vitest';
import { Topic, type TopicMember } from '../../supabase/embedded/realtime/hub/topic.ts';
import { limitsSchema } from '../../supabase/embedded/realtime/limits.ts';
import type { PresenceDiff } from '../../supabase/embedded/realtime/presence/diff.ts';
import { type PresenceMeta, Presences, type PresenceState } from '../../supabase/embedded/realtime/presence/presences.ts';
import { codecFor } from '../../supabase/embedded/realtime/protocol/codec.ts';
import type { RawJson } from '../../supabase/embedded/realtime/protocol/message.ts';
import { decodeTextArray } from '../../supabase/embedded/realtime/protocol/text.ts';
import type { SharedFrame } from '../../supabase/embedded/realtime/protocol/shared-frame.ts';
import { createRates } from '../../supabase/embedded/realtime/rates.ts';

const codec = codecFor('2.0.0')!;
const tick = () => new Promise((resolve) => setImmediate(resolve));

function newTopic(onEmpty = () => undefined): Topic {
  const limits = limitsSchema.parse({});
  return new Topic(
    'crowd',
    createRates(limits, () => 0),
    onEmpty
  );
}

/** What a client makes of what it is sent: the state it was given, and the diffs since. */
class Watcher implements TopicMember {
  readonly hearsBroadcast = true;
  readonly hearsPresence = true;
  readonly refs = new Map<string, string>();
  frames = 0;

  start(state: RawJson): void {
    for (const [key, { metas }] of Object.entries(JSON.parse(state.text) as PresenceState)) this.#come(key, metas);
  }

  deliver(frame: SharedFrame): void {
    this.frames += 1;
    const { body } = decodeTextArray(frame.for(codec)!.data.toString());
    const { joins, leaves } = (body as { payload: PresenceDiff }).payload;
    for (const [key, { metas }] of Object.entries(joins)) this.#come(key, metas);
    for (const { metas } of Object.values(leaves)) for (const { phx_ref } of metas) this.refs.delete(phx_ref);
  }

  hasReplayed(): boolean {
    return false;
  }

  tooManyMessages(): void {
    throw new Error('There is no limit here');
  }

  #come(key: string, metas: PresenceMeta[]): void {
    for (const { phx_ref } of metas) this.refs.set(phx_ref, key);
  }
}

function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

test.each(Array.from({ length: 100 }, (_, index) => index + 1))(
  'whoever joins, tracks and leaves in any order, all know the same in the end (seed %d)',
  async (seed) => {
    const random = randomNumbers(seed);
    const topic = newTopic();
    const members: Watcher[] = [];
    for (let step = 0; step < 120; step += 1) {
      const one = members[random(members.length)];
      switch (random(5)) {
        case 0: {
          const member = new Watcher();
          topic.add(member);
          member.start(topic.presenceState());
          members.push(member);
          break;
        }
        case 1:
        case 2:
          if (one) topic.track(one, `key ${random(4)}`, { step });
          break;
        case 3:
          if (!one) break;
          if (random(2) === 0) topic.untrack(one);
          else topic.remove(members.splice(members.indexOf(one), 1)[0]!);
          break;
        default:
          await tick();
      }
    }
    await tick();
    const late = new Watcher();
    topic.add(late);
    late.start(topic.presenceState());
    for (const member of members) expect(new Set(member.refs)).toEqual(new Set(late.refs));
  }
);

test('the state as text says what the state says, whatever the keys are called', () => {
  const presences = new Presences<number>();
  const keys = ['a', '"', '__proto__', 'a'];
  for (const [owner, key] of keys.entries()) presences.track(owner, key, { owner, text: '"\n' });
  expect(JSON.parse(presences.stateText())).toEqual(JSON.parse(JSON.stringify(presences.state())));
  presences.track(0, 'b', { owner: 0 });
  presences.untrack(3);
  expect(JSON.parse(presences.stateText())).toEqual(JSON.parse(JSON.stringify(presences.state())));
  for (const owner of keys.keys()) presences.untrack(owner);
  expect(presences.stateText()).toBe('{}');
});

test('ten thousand who come in one tick are told of each other in one message each, made once', async () => {
  const topic = newTopic();
  let made = new Set<SharedFrame>();
  let delivered = 0;
  const members = Array.from({ length: 10_000 }, () => {
    const member = new Watcher();
    member.deliver = (frame) => {
      made.add(frame);
      delivered += 1;
    };
    return member;
  });
  for (const [index, member] of members.entries()) {
    topic.add(member);
    topic.track(member, `person ${index}`, { online: true });
  }
  await tick();
  expect([made.size, delivered]).toEqual([1, 10_000]);

  // Ten more: each is given the state that was made for the first of them, and all get one diff with the ten.
  [made, delivered] = [new Set(), 0];
  const states = Array.from({ length: 10 }, (_, index) => {
    const member = new Watcher();
    topic.add(member);
    const state = topic.presenceState();
    topic.track(member, `newcomer ${index}`, {});
    return state;
  });
  expect(new Set(states).size).toBe(1);
  await tick();
  expect([made.size, delivered]).toEqual([1, 10_000]);

  [made, delivered] = [new Set(), 0];
  for (const member of members) topic.remove(member);
  await tick();
  expect(delivered).toBe(0);
  const late = new Watcher();
  topic.add(late);
  late.start(topic.presenceState());
  expect(late.refs.size).toBe(10);
});
