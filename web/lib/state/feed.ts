import type { Row } from './rows.ts';

/** What the virtual list is given. */
export type Shown = {
  readonly rows: readonly Row[];
  /** They grew at the front: what is on screen stays where it is. */
  readonly prepended: boolean;
  /** Rises when these have nothing to do with the rows before, as after a jump: the list begins anew. */
  readonly generation: number;
};

const NOTHING: Shown = { rows: [], prepended: false, generation: 0 };

/** Compares rows with those that were drawn last. */
export class Feed {
  #drawn = NOTHING;

  next(rows: readonly Row[]): Shown {
    const { rows: before, generation } = this.#drawn;
    const first = before[0]?.message.key;
    const last = before.at(-1)?.message.key;
    if (first === undefined) return { rows, prepended: false, generation };
    const isSame = rows.some(({ message: { key } }) => key === first || key === last);
    if (!isSame && rows.length > 0) return { rows, prepended: false, generation: generation + 1 };
    return { rows, prepended: rows[0]?.message.key !== first && rows.length > before.length, generation };
  }

  /** To be told after each drawing. Returns whether the end is another message than before. */
  drawn(shown: Shown): boolean {
    const last = this.#drawn.rows.at(-1)?.message.key;
    this.#drawn = shown;
    return shown.rows.at(-1)?.message.key !== last;
  }
}

/**
 * Up to which `seq` everything has been seen when the row at an index has: to just before the next row, as what lies between is not
 * listed; after the last row, to `end`.
 */
export function seenThrough(rows: readonly Row[], index: number, end: number | null): number {
  const next = rows.slice(index + 1).find(({ message }) => message.seq !== null)?.message.seq;
  if (next != null) return next - 1;
  const own = rows.findLast(({ message }, n) => n <= index && message.seq !== null)?.message.seq ?? 0;
  return end === null ? own : Math.max(own, end);
}

/** Messages of others after `seq`. */
export function newAfter(rows: readonly Row[], seq: number): number {
  let count = 0;
  for (let n = rows.length - 1; n >= 0; n--) {
    const { message } = rows[n]!;
    if (message.seq !== null && message.seq <= seq) break;
    if (!message.mine && !message.notice) count += 1;
  }
  return count;
}
