/** Presence as the receiver builds it: the server's diffs, merged by the rules of the real client, give the server's state. */
import { describe, expect, test } from 'vitest';
import { emptyDiff, mergeDiff, type PresenceDiff } from '../../supabase/embedded/realtime/presence/diff.ts';
import { Presences, type PresenceState } from '../../supabase/embedded/realtime/presence/presences.ts';

function numbered(): () => string {
  let count = 0;
  return () => `r${(count += 1)}`;
}

describe('tracking', () => {
  test('joins, updates with the reference before, and leaves', () => {
    const presences = new Presences<string>(numbered());
    expect(presences.track('tab 1', 'ann', { on: 1 })).toEqual({
      joins: { ann: { metas: [{ on: 1, phx_ref: 'r1' }] } },
      leaves: {}
    });
    expect(presences.track('tab 1', 'ann', { on: 2 })).toEqual({
      joins: { ann: { metas: [{ on: 2, phx_ref: 'r2', phx_ref_prev: 'r1' }] } },
      leaves: { ann: { metas: [{ on: 1, phx_ref: 'r1' }] } }
    });
    presences.track('tab 2', 'ann', { on: 3 });
    expect(presences.state().ann!.metas.map(({ phx_ref }) => phx_ref)).toEqual(['r2', 'r3']);
    expect(presences.untrack('tab 1')!.leaves.ann!.metas[0]!.phx_ref).toBe('r2');
    expect(presences.untrack('tab 1')).toBeNull();
    expect(Object.keys(presences.state())).toEqual(['ann']);
  });

  test('takes any key', () => {
    const presences = new Presences<string>(numbered());
    presences.track('x', '__proto__', { on: 1 });
    expect(JSON.stringify(presences.state())).toBe('{"__proto__":{"metas":[{"on":1,"phx_ref":"r1"}]}}');
  });
});

/** How the client applies a diff (phoenix' Presence.syncDiff): joins first, then leaves, by reference. */
function apply(state: PresenceState, { joins, leaves }: PresenceDiff): void {
  for (const [key, { metas }] of Object.entries(joins)) {
    const joined = new Set(metas.map(({ phx_ref }) => phx_ref));
    state[key] = { metas: [...(state[key]?.metas.filter(({ phx_ref }) => !joined.has(phx_ref)) ?? []), ...metas] };
  }
  for (const [key, { metas }] of Object.entries(leaves)) {
    const left = new Set(metas.map(({ phx_ref }) => phx_ref));
    const rest = state[key]?.metas.filter(({ phx_ref }) => !left.has(phx_ref)) ?? [];
    if (rest.length > 0) state[key] = { metas: rest };
    else delete state[key];
  }
}

const sorted = (state: PresenceState) =>
  Object.entries(state)
    .map(([key, { metas }]) => [key, metas.map(({ phx_ref }) => phx_ref).sort()])
    .sort();

/** Small and seeded, so that a failure can be run again. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

test.each(Array.from({ length: 200 }, (_, index) => index + 1))(
  'whoever joins at any moment ends with the same state (seed %d)',
  (seed) => {
    const random = randomNumbers(seed);
    const presences = new Presences<number>();
    const watchers: PresenceState[] = [{}];
    let pending = emptyDiff();
    for (let step = 0; step < 60; step += 1) {
      const owner = random(5);
      switch (random(4)) {
        case 0:
        case 1:
          mergeDiff(pending, presences.track(owner, `key ${owner % 3}`, { step }));
          break;
        case 2: {
          const diff = presences.untrack(owner);
          if (diff) mergeDiff(pending, diff);
          break;
        }
        default:
          // Somebody joins between a change and its diff, or the tick ends.
          if (random(2) === 0) watchers.push(structuredClone({ ...presences.state() }));
          else {
            for (const watcher of watchers) apply(watcher, pending);
            pending = emptyDiff();
          }
      }
    }
    for (const watcher of watchers) {
      apply(watcher, pending);
      expect(sorted(watcher)).toEqual(sorted(presences.state()));
    }
  }
);
