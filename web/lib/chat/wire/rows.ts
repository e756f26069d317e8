import * as z from 'zod/mini';
import type { FileKey } from '../../e2ee/index.ts';
import { linkPreviewSchema } from '../link-preview.ts';

/*
 * Rows as the API and the live events carry them: snake_case, times as ISO texts, numbers within 2^53. Unknown fields are dropped,
 * so that a newer server does not break an older client.
 */

const id = z.guid();
const time = z.string();
const count = z.number();

export const whoSomebodyIs = { handle: z.string(), display_name: z.string(), avatar_url: z.nullable(z.string()) };
export const profileSchema = z.object({ id, ...whoSomebodyIs });
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

/** The poll that a message asks. */
const pollSchema = z.object({
  options: z.array(z.object({ text: z.string(), votes: count })),
  /** People, not votes. */
  voters: count,
  is_multiple: z.boolean(),
  is_anonymous: z.boolean(),
  closes_at: z.optional(z.nullable(time)),
  closed_at: z.optional(z.nullable(time))
});
export type PollRow = z.infer<typeof pollSchema>;

/** Something that only members can read (docs/encryption.md): bytes as base64url. */
export const envelopeSchema = z.object({
  scheme: count,
  epoch: count,
  deviceId: id,
  counter: count,
  afterSeq: count,
  ciphertext: z.string(),
  signature: z.string()
});
export type EnvelopeRow = z.infer<typeof envelopeSchema>;

const sealedReactionSchema = z.object({ id, user_id: id, envelope: envelopeSchema, at: time });
/** What is sealed of a message: what it said first, its newest edit, and its reactions. */
const sealed = {
  envelope: z.optional(z.nullable(envelopeSchema)),
  edit_envelope: z.optional(z.nullable(envelopeSchema))
};

/** Where a message was first said. */
const forwardedSchema = z.object({ sender_id: z.nullable(id), conversation_id: id, seq: count, sent_at: time });
const attachmentSchema = z.object({
  id,
  /** In the bucket "attachments". */
  path: z.string(),
  name: z.string(),
  mime_type: z.string(),
  size: count,
  width: z.optional(count),
  height: z.optional(count),
  duration_ms: z.optional(count),
  blurhash: z.optional(z.string())
});
/** `sealed`: not of the server, but of who has sent it in an encrypted conversation. */
export type AttachmentRow = z.infer<typeof attachmentSchema> & {
  sealed?: { key: FileKey; peaks?: readonly number[] | undefined };
};

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
  attachments: z.optional(z.array(attachmentSchema)),
  /** Does not count as unread. */
  is_quiet: z._default(z.boolean(), false),
  edited_at: z._default(z.nullable(time), null),
  reply_to: z._default(z.nullable(count), null),
  pinned_at: z._default(z.nullable(time), null),
  deleted_by: z.optional(z.nullable(id)),
  expires_at: z.optional(z.nullable(time)),
  /** `seq` of the message under which this one stands in a thread. */
  thread_seq: z.optional(z.nullable(count)),
  /** How many stand in the thread under this one. */
  thread_count: z.optional(count),
  thread_last_at: z.optional(z.nullable(time)),
  /** Whom it names. */
  mentions: z.optional(z.array(id)),
  /** Whom it calls beside them; what a newer server knows is nobody here. */
  mention_scope: z.optional(z.catch(z.nullable(z.enum(['here', 'channel'])), null)),
  forwarded: z.optional(z.nullable(forwardedSchema)),
  poll: z.optional(z.nullable(pollSchema)),
  /** What is no preview that this client knows is none. */
  preview: z.optional(z.catch(z.nullable(linkPreviewSchema), null)),
  /** One's own votes: numbers of poll.options. Left out where my_reactions is. */
  my_votes: z.optional(z.nullable(z.array(count))),
  /** By emoji. */
  reactions: z._default(z.record(z.string(), reactionSchema), {}),
  /** One's own; what comes live is the same for everybody and leaves it out. */
  my_reactions: z.optional(z.array(z.string())),
  ...sealed,
  sealed_reactions: z.optional(z.nullable(z.array(sealedReactionSchema))),
  revision: count
});
export type MessageRow = z.infer<typeof messageSchema>;

export const roleSchema = z.enum(['owner', 'admin', 'member', 'guest']);

export const membership = { user_id: id, role: roleSchema, joined_at: time, left_at: z.nullable(time), revision: count };
export const memberSchema = z.object({ ...membership, ...whoSomebodyIs });
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
  /** How many of its messages count as unread for nobody. */
  quiet_count: z._default(count, 0),
  revision: count,
  epoch: count,
  is_large: z.boolean(),
  member_count: count,
  last_message_at: z.nullable(time),
  /** Since when nothing can be said here any more. */
  closed_at: z.optional(z.nullable(time)),
  /** The lowest role that may post. */
  post_role: z.optional(z.catch(roleSchema, 'guest')),
  /** So long one waits between two messages; 0: not at all. */
  slow_mode_seconds: z.optional(count),
  /** So long a message of now stays; null: for ever. */
  disappear_after_seconds: z.optional(z.nullable(count)),
  description: z.optional(z.nullable(z.string())),
  /** What is said here only its members can read. It stays so. */
  is_encrypted: z.optional(z.boolean()),
  /** Number of the newest key. (`epoch` is that of the topics.) */
  key_epoch: z.optional(count),
  /** Members or devices have changed since: the next who says something makes another key. */
  needs_epoch: z.optional(z.boolean()),
  /** Of an encrypted group: its title and description. */
  about: z.optional(z.nullable(z.extend(envelopeSchema, { senderId: id })))
});
export type ConversationHeader = z.infer<typeof headerSchema>;

/** The newest message, its content cut off after 140 characters. */
export const previewSchema = z.object({
  ...whatWasSaid,
  ...sealed,
  /** It was sealed; left out where the envelopes are, if they are long. */
  is_encrypted: z.optional(z.boolean()),
  /** How many; a message of the record, which is a preview too, has the files themselves. */
  attachments: z.optional(z.union([count, z.array(attachmentSchema)]))
});
export type PreviewRow = z.infer<typeof previewSchema>;

/** A row of the view conversation_list: the header, and what is one's own. */
export const listRowSchema = z.object({
  ...headerSchema.shape,
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
