import * as z from 'zod/mini';

/*
 * Rows as the API and the live events carry them: snake_case, times as ISO texts, numbers within 2^53. Unknown fields are dropped,
 * so that a newer server does not break an older client.
 */

const id = z.guid();
const time = z.string();
const count = z.number();

export const profileSchema = z.object({
  id,
  handle: z.string(),
  display_name: z.string(),
  avatar_url: z.nullable(z.string())
});
export type ProfileRow = z.infer<typeof profileSchema>;

/** What happened, for the client to put into words: a code, and what belongs to it. */
const systemSchema = z.looseObject({ code: z.string() });
export type SystemRow = z.infer<typeof systemSchema>;

const reactionSchema = z.object({
  count,
  /** The first few. */
  user_ids: z.array(id),
  /** When the first came. */
  since: time,
  /** The newest change of it. */
  last: z.optional(z.nullable(z.object({ user_id: z.nullable(id), added: z.boolean() })))
});

/** Events and sync() leave out what is null; rows of the API have it. A kind that this client does not know is shown by its text. */
const whatWasSaid = {
  seq: count,
  id,
  sender_id: z.nullable(id),
  kind: z._default(z.catch(z.enum(['text', 'poll', 'system', 'withheld']), 'text'), 'text'),
  content: z.string(),
  system: z._default(z.nullable(systemSchema), null),
  deleted_at: z._default(z.nullable(time), null),
  created_at: time
};

export const messageSchema = z.object({
  ...whatWasSaid,
  conversation_id: id,
  /** Does not count as unread. */
  is_quiet: z._default(z.boolean(), false),
  edited_at: z._default(z.nullable(time), null),
  reply_to: z._default(z.nullable(count), null),
  pinned_at: z._default(z.nullable(time), null),
  /** By emoji. */
  reactions: z._default(z.record(z.string(), reactionSchema), {}),
  /** One's own; what comes live is the same for everybody and leaves it out. */
  my_reactions: z.optional(z.array(z.string())),
  revision: count
});
export type MessageRow = z.infer<typeof messageSchema>;

export const roleSchema = z.enum(['owner', 'admin', 'member', 'guest']);

export const memberSchema = z.object({
  user_id: id,
  role: roleSchema,
  joined_at: time,
  left_at: z.nullable(time),
  revision: count,
  handle: z.string(),
  display_name: z.string(),
  avatar_url: z.nullable(z.string())
});
export type MemberRow = z.infer<typeof memberSchema>;

export const receiptSchema = z.object({
  user_id: id,
  delivered_seq: count,
  delivered_at: z.nullable(time),
  read_seq: count,
  read_at: z.nullable(time)
});
export type ReceiptRow = z.infer<typeof receiptSchema>;

/** What of a conversation is the same for all its members. */
export const headerSchema = z.object({
  id,
  // A kind that this client does not know is shown as a group.
  kind: z.catch(z.enum(['direct', 'group', 'channel', 'listing', 'negotiation']), 'group'),
  title: z.nullable(z.string()),
  created_by: z.nullable(id),
  created_at: time,
  last_seq: count,
  revision: count,
  epoch: count,
  is_large: z.boolean(),
  member_count: count,
  last_message_at: z.nullable(time)
});
export type ConversationHeader = z.infer<typeof headerSchema>;

/** The newest message, its content cut off after 140 characters. */
export const previewSchema = z.object(whatWasSaid);
export type PreviewRow = z.infer<typeof previewSchema>;

/** A row of the view conversation_list: the header, and what is one's own. */
export const listRowSchema = z.extend(headerSchema, {
  role: roleSchema,
  joined_at: time,
  delivered_seq: count,
  read_seq: count,
  unread: count,
  receipts_mark: count,
  last_message: z.nullable(previewSchema),
  partner: z.nullable(profileSchema)
});
export type ListRow = z.infer<typeof listRowSchema>;
