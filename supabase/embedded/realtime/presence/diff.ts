/** What `presence_diff` carries: who came and who went, by key, each with its metas. */
import type { PresenceMeta, PresenceState } from './presences.ts';

export interface PresenceDiff {
  joins: PresenceState;
  leaves: PresenceState;
}

export function emptyDiff(): PresenceDiff {
  return { joins: emptyState(), leaves: emptyState() };
}

/** Without a prototype, since keys come from users: `__proto__` is a key like any other. */
export function emptyState(): PresenceState {
  return Object.create(null) as PresenceState;
}

export function isEmptyDiff({ joins, leaves }: PresenceDiff): boolean {
  for (const _ in joins) return false;
  for (const _ in leaves) return false;
  return true;
}

/**
 * Adds a later diff to an earlier one. A meta that came and went in between stays on both sides: whoever joined in that
 * moment has it in the state they were given, and must be told that it left. Clients apply joins first.
 */
export function mergeDiff(into: PresenceDiff, later: PresenceDiff): void {
  mergeState(into.joins, later.joins);
  mergeState(into.leaves, later.leaves);
}

function mergeState(into: PresenceState, later: PresenceState): void {
  for (const key in later) for (const meta of later[key]!.metas) addMeta(into, key, meta);
}

export function addMeta(state: PresenceState, key: string, meta: PresenceMeta): void {
  (state[key] ??= { metas: [] }).metas.push(meta);
}
