import type * as z from 'zod/mini';
import {
  blockSchema,
  draftSchema,
  hiddenSchema,
  notificationPreferenceSchema,
  notificationSchema,
  notificationSettingsSchema,
  ownTeamSchema,
  scheduledSchema,
  settingsSchema,
  type BlockRow,
  type DraftRow,
  type HiddenRow,
  type NotificationPreferenceRow,
  type NotificationRow,
  type NotificationSettingsRow,
  type OwnTeamRow,
  type PersonalChange,
  type ScheduledRow,
  type SettingsRow
} from '../wire/personal.ts';

/** The tables of what is one's own, by the names that the server gives them. */
export type Tables = {
  notifications: NotificationRow;
  conversation_settings: SettingsRow;
  drafts: DraftRow;
  hidden_messages: HiddenRow;
  scheduled_messages: ScheduledRow;
  blocks: BlockRow;
  team_members: OwnTeamRow;
  notification_preferences: NotificationPreferenceRow;
  notification_settings: NotificationSettingsRow;
};
export type TableName = keyof Tables;

/** Of a table in which each person has one row. */
export const ONLY = 'only';

type Table<Row> = {
  readonly schema: z.ZodMiniType<Row>;
  readonly keyOf: (row: Row) => string;
  /** The row says that there is nothing (any more): it need not be kept. */
  readonly isSpent: (row: Row) => boolean;
};

export const draftKey = (conversationId: string, threadSeq: number): string => `${conversationId}/${threadSeq}`;
export const hiddenKey = (conversationId: string, seq: number): string => `${conversationId}/${seq}`;

const tables: { readonly [Name in TableName]: Table<Tables[Name]> } = {
  notifications: { schema: notificationSchema, keyOf: (row) => row.id, isSpent: () => false },
  conversation_settings: { schema: settingsSchema, keyOf: (row) => row.conversation_id, isSpent: () => false },
  drafts: {
    schema: draftSchema,
    keyOf: (row) => draftKey(row.conversation_id, row.thread_seq),
    // An empty one too says when it was: what is written here is later.
    isSpent: () => false
  },
  hidden_messages: {
    schema: hiddenSchema,
    keyOf: (row) => hiddenKey(row.conversation_id, row.seq),
    isSpent: (row) => !row.is_hidden
  },
  scheduled_messages: {
    schema: scheduledSchema,
    keyOf: (row) => row.id,
    isSpent: (row) => row.state === 'sent' || row.state === 'cancelled'
  },
  blocks: { schema: blockSchema, keyOf: (row) => row.blocked_id, isSpent: (row) => row.lifted_at !== null },
  team_members: { schema: ownTeamSchema, keyOf: (row) => row.team_id, isSpent: (row) => row.left_at !== null },
  notification_preferences: { schema: notificationPreferenceSchema, keyOf: (row) => row.category, isSpent: () => false },
  notification_settings: { schema: notificationSettingsSchema, keyOf: () => ONLY, isSpent: () => false }
};

export const tableNames = Object.keys(tables) as TableName[];

/** What a change does to its table: the row that is there from now on, or none. */
export type RowChange = { readonly table: TableName; readonly key: string; readonly row: Tables[TableName] | null };

/** Null for a table that this client does not know, and for a row of another form than it knows. */
export function readChange({ table: name, revision, row }: PersonalChange): RowChange | null {
  if (!Object.hasOwn(tables, name)) return null;
  const table = tables[name as TableName] as Table<Tables[TableName]>;
  const parsed = table.schema.safeParse({ ...row, revision });
  if (!parsed.success) return null;
  const { data } = parsed;
  return { table: name as TableName, key: table.keyOf(data), row: table.isSpent(data) ? null : data };
}
