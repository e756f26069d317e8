/** Presence against a simple model: whoever watches, from whatever moment on, ends with what the model says. */
import { Presence } from '@supabase/phoenix';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Topic, type TopicMember } from '../../supabase/embedded/realtime/hub/topic.ts';
import { limitsSchema } from '../../supabase/embedded/realtime/limits.ts';
import { codecFor } from '../../supabase/embedded/realtime/protocol/codec.ts';
import type { SharedFrame } from '../../supabase/embedded/realtime/protocol/shared-frame.ts';
import { createRates } from '../../supabase/embedded/realtime/rates.ts';

const v2 = codecFor('2.0.0')!;
const limits = limitsSchema.parse({});
const ignore = () => undefined;

type State = Record<string, { metas: Record<string, unknown>[] }>;

/** A member whose view is made by the real client's rules. */
class Watcher implements TopicMember {
  readonly hearsBroadcast = true;
  readonly hearsPresence = true;
  view: State = {};

  hasReplayed(): boolean {
    return false;
  }

  tooManyMessages(): void {
    expect.fail('Too many messages');
  }

  enter(topic: Topic): void {
    topic.add(this);
    this.view = Presence.syncState(this.view as never, JSON.parse(topic.presenceState().text) as never, ignore, ignore) as State;
  }

  deliver(frame: SharedFrame): void {
    const [, , , event, payload] = JSON.parse(frame.for(v2)!.data.toString()) as [null, null, string, string, never];
    expect(event).toBe('presence_diff');
    this.view = Presence.syncDiff(this.view as never, payload, ignore, ignore) as State;
  }
}

type Step =
  { do: 'enter' | 'go' | 'untrack'; who: number } | { do: 'track'; who: number; key: string; n: number } | { do: 'turn' };

const who = fc.nat({ max: 5 });
const key = fc.constantFrom('ann', 'bob', '', '__proto__', 'constructor', 'ü ✓');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('enter' as const), who }),
  fc.record({ do: fc.constantFrom('go' as const, 'untrack' as const), who }),
  fc.record({ do: fc.constant('track' as const), who, key, n: fc.nat({ max: 3 }) }),
  fc.record({ do: fc.constant('turn' as const) })
);

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Keys with what each of their presences tracks, in an order of no account. */
function told(state: State): [string, string[]][] {
  return Object.entries(state)
    .map(([name, { metas }]): [string, string[]] => [name, metas.map(({ n }) => String(n)).sort()])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

test('after any sequence of coming, tracking and going', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      let empty = true;
      const topic = new Topic(
        't',
        createRates(limits, () => 0),
        () => (empty = true)
      );
      const members = new Map<number, Watcher>();
      const model = new Map<number, { key: string; n: number }>();
      for (const one of steps) {
        if (one.do === 'turn') {
          await turn();
          continue;
        }
        const member = members.get(one.who);
        if (one.do === 'enter' && !member) {
          const entering = new Watcher();
          members.set(one.who, entering);
          entering.enter(topic);
          empty = false;
        } else if (one.do === 'go' && member) {
          members.delete(one.who);
          model.delete(one.who);
          topic.remove(member);
        } else if (one.do === 'track' && member) {
          topic.track(member, one.key, { n: one.n });
          model.set(one.who, one);
        } else if (one.do === 'untrack' && member) {
          topic.untrack(member);
          model.delete(one.who);
        }
      }
      await turn();
      const expected: State = Object.create(null) as State;
      for (const { key: name, n } of model.values()) (expected[name] ??= { metas: [] }).metas.push({ n });
      for (const { view } of members.values()) expect(told(view)).toEqual(told(expected));
      expect(told(JSON.parse(topic.presenceState().text) as State)).toEqual(told(expected));
      expect(topic.size).toBe(members.size);
      expect(empty).toBe(members.size === 0);
    }),
    { numRuns: 300 }
  );
});
