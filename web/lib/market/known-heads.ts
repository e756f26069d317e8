import * as z from 'zod/mini';
import type { ChainHead } from '#lib/api/negotiations.ts';

const KEY = 'parley.chain-heads';
const HEADS_MAX = 500;
const headsSchema = z.record(z.string(), z.object({ seq: z.number(), hash: z.string() }));

/** How far this device has seen each negotiation's hash chain: a chain that is cut off or made anew later does not have these links. */
export class KnownHeads {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage) {
    this.#storage = storage;
  }

  get(conversationId: string): ChainHead | null {
    return this.#all()[conversationId] ?? null;
  }

  set(conversationId: string, head: ChainHead): void {
    const { [conversationId]: _, ...others } = this.#all();
    const kept = [...Object.entries(others), [conversationId, head] as const].slice(-HEADS_MAX);
    this.#storage.setItem(KEY, JSON.stringify(Object.fromEntries(kept)));
  }

  #all(): Record<string, ChainHead> {
    const text = this.#storage.getItem(KEY);
    if (text === null) return {};
    try {
      return headsSchema.parse(JSON.parse(text));
    } catch {
      // Of another version, or somebody's else: nothing is known.
      return {};
    }
  }
}
