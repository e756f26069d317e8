import * as z from 'zod/mini';

/*
 * Rows of what is one's own, as the personal part of sync() and the live event `personal` carry them. A time may be "infinity".
 */

const id = z.guid();
const time = z.string();
const count = z.number();
const optional = <T extends z.ZodMiniType>(schema: T) => z._default(z.nullable(schema), null);
const withRevision = { revision: count };

export const prioritySchema = z.enum(['low', 'normal', 'high', 'urgent']);

export const notificationSchema = z.object({
  ...withRevision,
  id,
  event: z.string(),
  category: z._default(z.string(), 'other'),
  // A priority that this client does not know is shown like most.
  priority: z._default(z.catch(prioritySchema, 'normal'), 'normal'),
  title: z._default(z.string(), ''),
  body: z._default(z.string(), ''),
  action_url: optional(z.string()),
  args: z._default(z.record(z.string(), z.unknown()), {}),
  conversation_id: optional(id),
  seq: optional(count),
  actor_id: optional(id),
  group_key: optional(z.string()),
  in_app: z._default(z.boolean(), true),
  is_silent: z._default(z.boolean(), false),
  created_at: time,
  read_at: optional(time),
  archived_at: optional(time),
  acknowledged_at: optional(time)
});
export type NotificationRow = z.infer<typeof notificationSchema>;

export const settingsSchema = z.object({
  ...withRevision,
  conversation_id: id,
  notify_level: z.catch(z.enum(['all', 'mentions', 'nothing']), 'all'),
  muted_until: optional(time),
  pinned_at: optional(time),
  archived_seq: optional(count),
  archived_quiet_count: optional(count),
  unread_from: optional(count)
});
export type SettingsRow = z.infer<typeof settingsSchema>;

export const draftSchema = z.object({
  ...withRevision,
  conversation_id: id,
  /** 0 for the conversation itself. */
  thread_seq: count,
  id,
  content: z.string(),
  reply_to: optional(count),
  saved_at: time
});
export type DraftRow = z.infer<typeof draftSchema>;

export const hiddenSchema = z.object({ ...withRevision, conversation_id: id, seq: count, is_hidden: z.boolean() });
export type HiddenRow = z.infer<typeof hiddenSchema>;

export const scheduledSchema = z.object({
  ...withRevision,
  id,
  conversation_id: id,
  content: z.string(),
  reply_to: optional(count),
  thread_seq: optional(count),
  attachment_ids: z._default(z.array(id), []),
  send_at: time,
  state: z.enum(['scheduled', 'sent', 'cancelled', 'refused']),
  refusal: optional(z.looseObject({ code: z.string(), message: z.string() }))
});
export type ScheduledRow = z.infer<typeof scheduledSchema>;

export const blockSchema = z.object({ ...withRevision, blocked_id: id, created_at: time, lifted_at: optional(time) });
export type BlockRow = z.infer<typeof blockSchema>;

export const ownTeamSchema = z.object({
  ...withRevision,
  team_id: id,
  role: z.enum(['owner', 'admin', 'member', 'guest']),
  joined_at: time,
  left_at: optional(time)
});
export type OwnTeamRow = z.infer<typeof ownTeamSchema>;

export const categorySchema = z.object({ category: z.string(), in_app: z.boolean(), push: z.boolean(), email: z.boolean() });
export const notificationPreferenceSchema = z.object({ ...withRevision, ...categorySchema.shape });
export type NotificationPreferenceRow = z.infer<typeof notificationPreferenceSchema>;

export const notificationSettingsSchema = z.object({
  ...withRevision,
  time_zone: z.string(),
  quiet_from: optional(z.string()),
  quiet_to: optional(z.string()),
  quiet_days: z.array(z.number()),
  snoozed_until: optional(time),
  digest_after: optional(z.string()),
  language: z.string(),
  plays_sound: z.boolean(),
  shows_content: z.boolean()
});
export type NotificationSettingsRow = z.infer<typeof notificationSettingsSchema>;

/** One changed row: which table it belongs to decides what it must look like. */
export const personalChangeSchema = z.object({ revision: count, table: z.string(), row: z.looseObject({}) });
export type PersonalChange = z.infer<typeof personalChangeSchema>;

/** The personal part of an answer of sync(). */
export const personalAnswerSchema = z.object({
  /** In the order of revisions. */
  rows: z.array(personalChangeSchema),
  /** To be given back: everything up to it is in here or was had before. */
  cursor: count,
  more: z.boolean()
});
export type PersonalAnswer = z.infer<typeof personalAnswerSchema>;

/** The live event `personal`; null when it cannot be understood: sync() will have what it told. */
export function parsePersonalEvent(payload: unknown): PersonalChange | null {
  const parsed = personalChangeSchema.safeParse(payload);
  return parsed.success ? parsed.data : null;
}
