/** Who is present on a topic. Pure: says what changed and leaves telling it to others. */
import { addMeta, emptyDiff, emptyState, type PresenceDiff } from './diff.ts';

export type PresencePayload = Readonly<Record<string, unknown>>;

/** One presence of a key: what was tracked, under a reference of its own; after a change also the one it had before. */
export type PresenceMeta = PresencePayload & { phx_ref: string; phx_ref_prev?: string };

export type PresenceState = Record<string, { metas: PresenceMeta[] }>;

/** References begin with the time, so that none is one of an earlier run, which clients may still hold. */
const RUN = Date.now().toString(36);
let lastRef = 0;
const nextRef = () => `${RUN}-${(lastRef += 1).toString(36)}`;

/** `Owner` is whoever tracks, once each: a key has as many metas as owners. */
export class Presences<Owner> {
  readonly #entries = new Map<Owner, { key: string; meta: PresenceMeta }>();
  readonly #newRef: () => string;

  constructor(newRef: () => string = nextRef) {
    this.#newRef = newRef;
  }

  track(owner: Owner, key: string, payload: PresencePayload): PresenceDiff {
    const diff = emptyDiff();
    const before = this.#entries.get(owner);
    const meta: PresenceMeta = { ...payload, phx_ref: this.#newRef() };
    if (before) {
      meta.phx_ref_prev = before.meta.phx_ref;
      addMeta(diff.leaves, before.key, before.meta);
    }
    this.#entries.set(owner, { key, meta });
    addMeta(diff.joins, key, meta);
    return diff;
  }

  /** Null when the owner was not present. */
  untrack(owner: Owner): PresenceDiff | null {
    const before = this.#entries.get(owner);
    if (!before) return null;
    this.#entries.delete(owner);
    const diff = emptyDiff();
    addMeta(diff.leaves, before.key, before.meta);
    return diff;
  }

  state(): PresenceState {
    const state = emptyState();
    for (const { key, meta } of this.#entries.values()) addMeta(state, key, meta);
    return state;
  }
}
