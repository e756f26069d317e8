import type { OutboxItem } from '../outbox/plan.ts';
import type { MessageRow } from '../wire/rows.ts';
import type { Excerpt } from './timeline.ts';

/** Stands in the conversation itself, not in a thread. */
export const isInMain = (row: MessageRow): boolean => row.thread_seq == null;

const threadOf = ({ entry: { action } }: OutboxItem) => (action.type === 'send' ? action.threadSeq : undefined);

/** The conversation without its threads, up to the newest message. */
export const mainExcerpt = (rows: readonly MessageRow[]): Excerpt => ({
  rows: rows.filter(isInMain),
  sends: (item) => threadOf(item) === undefined
});

/** A stretch of the past: what is written now comes far below. */
export const passageExcerpt = (rows: readonly MessageRow[]): Excerpt => ({ rows: rows.filter(isInMain), sends: () => false });

export const threadExcerpt = (root: number, rows: readonly MessageRow[]): Excerpt => ({
  rows,
  sends: (item) => threadOf(item) === root
});
