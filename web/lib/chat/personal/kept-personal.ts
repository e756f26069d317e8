import * as z from 'zod/mini';
import { personalChangeSchema, type NotificationRow } from '../wire/personal.ts';
import { mergePersonalPage } from './merge-personal.ts';
import { nothingPersonal, type PersonalRecord } from './personal-record.ts';
import { tableNames } from './tables.ts';

/** Notifications that are kept though they are read: the newest. Unread ones are all kept, or their number would be wrong. */
export const KEPT_READ_NOTIFICATIONS = 500;

/** What a store keeps of one person's own. Another version of this client may have written it: then it is as good as not there. */
export const keptPersonalSchema = z.object({
  version: z.literal(1),
  userId: z.guid(),
  cursor: z.number(),
  /** The tables that were understood: of another one, what came before the cursor is missing. */
  tables: z.array(z.string()),
  rows: z.array(personalChangeSchema)
});
export type KeptPersonal = z.infer<typeof keptPersonalSchema>;

export function toKeptPersonal(userId: string, { cursor, rows }: PersonalRecord): KeptPersonal {
  const read = [...rows.notifications.values()].filter(isDone).toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1));
  const surplus = new Set<unknown>(read.slice(KEPT_READ_NOTIFICATIONS));
  return {
    version: 1,
    userId,
    cursor,
    tables: tableNames,
    rows: tableNames.flatMap((table) =>
      [...rows[table].values()].filter((row) => !surplus.has(row)).map((row) => ({ table, revision: row.revision, row }))
    )
  };
}

/** Null when it cannot be used: everything is asked for then. */
export function fromKeptPersonal(kept: unknown): PersonalRecord | null {
  const parsed = keptPersonalSchema.safeParse(kept);
  if (!parsed.success) return null;
  const { cursor, rows, tables } = parsed.data;
  if (tableNames.some((name) => !tables.includes(name))) return null;
  return mergePersonalPage(nothingPersonal, { rows, cursor, more: false }).record;
}

const isDone = (row: NotificationRow) => row.read_at !== null || row.archived_at !== null;
