import type { MessageRow } from '../wire/rows.ts';
import { withOwnReactions } from './own-reactions.ts';

/** So many changes are remembered; a page that was asked for before those that are forgotten is asked for again. */
const ROWS_MAX = 100;

/**
 * What has changed of messages that are not loaded. A page of history may have been read before a change that is known here already:
 * of this the record would never hear again.
 */
export type Unloaded = {
  /** All changes after this revision are in `rows`. */
  readonly since: number;
  /** In the order of revisions. */
  readonly rows: readonly MessageRow[];
};

export const nothingUnloaded = (since: number): Unloaded => ({ since, rows: [] });

export function withUnloaded(unloaded: Unloaded, message: MessageRow): Unloaded {
  if (unloaded.rows.length < ROWS_MAX) return { ...unloaded, rows: [...unloaded.rows, message] };
  return { since: unloaded.rows[0]!.revision, rows: [...unloaded.rows.slice(1), message] };
}

/** A page of history with what is known to have changed since it was read. */
export function broughtUpToDate(page: readonly MessageRow[], { rows }: Unloaded, me: string): readonly MessageRow[] {
  if (rows.length === 0) return page;
  return page.map((row) =>
    rows
      .filter((change) => change.seq === row.seq)
      .reduce((known, change) => (change.revision > known.revision ? withOwnReactions(change, known, me) : known), row)
  );
}
