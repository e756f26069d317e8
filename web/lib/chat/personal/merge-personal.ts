import type { PersonalAnswer, PersonalChange } from '../wire/personal.ts';
import type { NotificationRow } from '../wire/personal.ts';
import { nothingPersonal, type AllRows, type PersonalRecord } from './personal-record.ts';
import { readChange } from './tables.ts';

/** More than this many events beyond a gap are not worth keeping: the sync that fills it brings them as well. */
const HELD_MAX = 100;

export type MergedPersonal = {
  readonly record: PersonalRecord;
  /** Notifications that were not in the record before. */
  readonly arrived: readonly NotificationRow[];
  /** Something is missing, sync() must be asked. */
  readonly sync: boolean;
};

/** The rule of the record: an event is applied exactly when its revision is the next one. */
export function mergePersonalEvent(record: PersonalRecord, change: PersonalChange): MergedPersonal {
  if (change.revision <= record.cursor) return { record, arrived: [], sync: false };
  if (change.revision > record.cursor + 1) return { record: hold(record, change), arrived: [], sync: true };
  return release(applyAll(record, [change], change.revision));
}

/**
 * A page of sync(), asked for at or before the record's cursor. A row comes with the revision of its last change only, so the
 * page has gaps: what is behind the cursor is known already, and nothing else is missing up to the page's own.
 */
export function mergePersonalPage(record: PersonalRecord, page: PersonalAnswer): MergedPersonal {
  const news = page.rows.filter((change) => change.revision > record.cursor);
  return release(applyAll(record, news, Math.max(record.cursor, page.cursor)));
}

/** The server has begun another life, in which less has happened: what it says is all there is. */
export function startAnew(page: PersonalAnswer): MergedPersonal {
  return { ...mergePersonalPage(nothingPersonal, page), arrived: [] };
}

/** These messages exist: the drafts that they were are over, whatever arrives late. */
export function withoutDrafts(record: PersonalRecord, messageIds: ReadonlySet<string>): PersonalRecord {
  const over = [...record.rows.drafts].filter(([, draft]) => draft.content !== '' && messageIds.has(draft.id));
  if (over.length === 0) return record;
  const drafts = new Map(record.rows.drafts);
  for (const [key, draft] of over) drafts.set(key, { ...draft, content: '', reply_to: null });
  return { ...record, rows: { ...record.rows, drafts } };
}

function hold(record: PersonalRecord, change: PersonalChange): PersonalRecord {
  if (record.held.length >= HELD_MAX || record.held.some(({ revision }) => revision === change.revision)) return record;
  return { ...record, held: [...record.held, change] };
}

/** Applies, after a record has come further, the held events that are next now, and drops those it has passed. */
function release(merged: MergedPersonal): MergedPersonal {
  const { record, arrived } = merged;
  const held = record.held.filter(({ revision }) => revision > record.cursor).toSorted((a, b) => a.revision - b.revision);
  const next = held.filter(({ revision }, index) => revision === record.cursor + 1 + index);
  const applied = applyAll(record, next, record.cursor + next.length);
  const left = held.slice(next.length);
  return {
    record: left.length === applied.record.held.length ? applied.record : { ...applied.record, held: left },
    arrived: [...arrived, ...applied.arrived],
    sync: merged.sync
  };
}

function applyAll(record: PersonalRecord, changes: readonly PersonalChange[], cursor: number): MergedPersonal {
  if (cursor === record.cursor) return { record, arrived: [], sync: false };
  const copies = new Map<string, Map<string, unknown>>();
  const arrived = new Map<string, NotificationRow>();
  for (const change of changes) {
    const read = readChange(change);
    if (!read) continue;
    const { table, key, row } = read;
    if (table === 'notifications' && row && (arrived.has(key) || !record.rows.notifications.has(key)))
      arrived.set(key, row as NotificationRow);
    const rows = copies.get(table) ?? new Map<string, unknown>(record.rows[table]);
    copies.set(table, rows);
    if (row) rows.set(key, row);
    else rows.delete(key);
  }
  const rows = { ...record.rows, ...Object.fromEntries(copies) } as AllRows;
  return {
    record: { ...record, rows: copies.size > 0 ? rows : record.rows, cursor },
    arrived: [...arrived.values()],
    sync: false
  };
}
