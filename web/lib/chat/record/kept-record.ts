import * as z from 'zod/mini';
import { headerSchema, memberSchema, messageSchema, previewSchema, profileSchema, roleSchema } from '../wire/rows.ts';
import type { ConversationRecord } from './conversation-record.ts';
import { nothingUnloaded } from './unloaded.ts';

/** Newest messages of a conversation that are kept; older ones are loaded when one scrolls up to them. */
export const KEPT_MESSAGES = 100;
/** Conversations that are kept, by last activity; older ones come with sync(). */
export const KEPT_CONVERSATIONS = 300;

const watermarkSchema = z.object({
  delivered_seq: z.number(),
  delivered_at: z.nullable(z.string()),
  read_seq: z.number(),
  read_at: z.nullable(z.string())
});

/** A record as a store keeps it. Another version of this client may have written it: what does not fit is as good as not there. */
export const keptRecordSchema = z.object({
  version: z.literal(3),
  userId: z.guid(),
  id: z.guid(),
  /** Last activity, milliseconds since 1970: what is dropped first. */
  activeAt: z.number(),
  header: headerSchema,
  role: roleSchema,
  joinedAt: z.string(),
  partner: z.nullable(profileSchema),
  preview: z.nullable(previewSchema),
  unread: z.number(),
  cursor: z.number(),
  messages: z.array(messageSchema),
  newest: z.number(),
  members: z.array(memberSchema),
  membersKnown: z.boolean(),
  watermarks: z.record(z.guid(), watermarkSchema)
});
export type KeptRecord = z.infer<typeof keptRecordSchema>;

export function toKept(userId: string, record: ConversationRecord): KeptRecord {
  const { header, role, joinedAt, partner, preview, unread, cursor, window, membersKnown } = record;
  return {
    version: 3,
    userId,
    id: header.id,
    activeAt: Date.parse(header.last_message_at ?? header.created_at),
    header,
    role,
    joinedAt,
    partner,
    preview,
    unread,
    cursor,
    messages: window.messages.slice(-KEPT_MESSAGES),
    newest: window.newest,
    members: [...record.members.values()],
    membersKnown,
    watermarks: Object.fromEntries(record.watermarks)
  };
}

export function fromKept(kept: KeptRecord): ConversationRecord {
  const { header, role, joinedAt, partner, preview, unread, cursor, messages, newest, members, membersKnown, watermarks } = kept;
  return {
    header,
    role,
    joinedAt,
    partner,
    preview,
    unread,
    cursor,
    window: { messages, newest },
    unloaded: nothingUnloaded(cursor),
    members: new Map(members.map((member) => [member.user_id, member])),
    membersKnown,
    watermarks: new Map(Object.entries(watermarks)),
    held: []
  };
}

/** What can be understood of what a store holds, newest activity first, and the ids of what is beyond the limit. */
export function readKept(rows: readonly unknown[]): { kept: KeptRecord[]; surplus: string[] } {
  const all = rows
    .flatMap((row) => {
      const parsed = keptRecordSchema.safeParse(row);
      return parsed.success ? [parsed.data] : [];
    })
    .toSorted((a, b) => b.activeAt - a.activeAt);
  return { kept: all.slice(0, KEPT_CONVERSATIONS), surplus: all.slice(KEPT_CONVERSATIONS).map(({ id }) => id) };
}
