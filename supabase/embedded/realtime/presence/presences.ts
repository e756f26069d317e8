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

interface Entry {
  key: string;
  meta: PresenceMeta;
  /** The meta as JSON. */
  text: string;
}

/** `Owner` is whoever tracks, once each: a key has as many metas as owners. */
export class Presences<Owner> {
  readonly #entries = new Map<Owner, Entry>();
  readonly #byKey = new Map<string, Set<Entry>>();
  /** Each key's part of the state as JSON: one that changes leaves the others as they are, and waits until it is asked for. */
  readonly #texts = new Map<string, string>();
  readonly #outdated = new Set<string>();
  readonly #newRef: () => string;

  constructor(newRef: () => string = nextRef) {
    this.#newRef = newRef;
  }

  track(owner: Owner, key: string, payload: PresencePayload): PresenceDiff {
    const diff = emptyDiff();
    const before = this.#remove(owner);
    const meta: PresenceMeta = { ...payload, phx_ref: this.#newRef() };
    if (before) {
      meta.phx_ref_prev = before.meta.phx_ref;
      addMeta(diff.leaves, before.key, before.meta);
    }
    this.#add(owner, { key, meta, text: JSON.stringify(meta) });
    addMeta(diff.joins, key, meta);
    return diff;
  }

  /** Null when the owner was not present. */
  untrack(owner: Owner): PresenceDiff | null {
    const before = this.#remove(owner);
    if (!before) return null;
    const diff = emptyDiff();
    addMeta(diff.leaves, before.key, before.meta);
    return diff;
  }

  state(): PresenceState {
    const state = emptyState();
    for (const { key, meta } of this.#entries.values()) addMeta(state, key, meta);
    return state;
  }

  /** The same as JSON text, put together from what is ready made. */
  stateText(): string {
    for (const key of this.#outdated) this.#write(key);
    this.#outdated.clear();
    return `{${[...this.#texts.values()].join(',')}}`;
  }

  #add(owner: Owner, entry: Entry): void {
    this.#entries.set(owner, entry);
    const entries = this.#byKey.get(entry.key);
    if (entries) entries.add(entry);
    else this.#byKey.set(entry.key, new Set([entry]));
    this.#outdated.add(entry.key);
  }

  #remove(owner: Owner): Entry | undefined {
    const entry = this.#entries.get(owner);
    if (!entry) return undefined;
    this.#entries.delete(owner);
    const entries = this.#byKey.get(entry.key)!;
    entries.delete(entry);
    if (entries.size === 0) this.#byKey.delete(entry.key);
    this.#outdated.add(entry.key);
    return entry;
  }

  #write(key: string): void {
    const entries = this.#byKey.get(key);
    if (!entries) this.#texts.delete(key);
    else this.#texts.set(key, `${JSON.stringify(key)}:{"metas":[${[...entries].map(({ text }) => text).join(',')}]}`);
  }
}
