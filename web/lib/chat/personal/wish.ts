import * as z from 'zod/mini';

const conversationId = z.guid();

/** What of a conversation's settings is to be otherwise; what is left out stays. */
const settingsChangeSchema = z.object({
  level: z.optional(z.enum(['all', 'mentions', 'nothing'])),
  /** ISO text or "infinity"; null to hear it again. */
  mutedUntil: z.optional(z.nullable(z.string())),
  archived: z.optional(z.boolean()),
  pinned: z.optional(z.boolean())
});
export type SettingsChange = z.infer<typeof settingsChangeSchema>;

const channelsChangeSchema = z.object({
  in_app: z.optional(z.boolean()),
  push: z.optional(z.boolean()),
  email: z.optional(z.boolean())
});
export type ChannelsChange = z.infer<typeof channelsChangeSchema>;

/** As set_notification_settings() takes them. Equal times: no quiet hours. */
const notifyingChangeSchema = z.object({
  time_zone: z.optional(z.string()),
  quiet_from: z.optional(z.string()),
  quiet_to: z.optional(z.string()),
  quiet_days: z.optional(z.array(z.number())),
  /** An interval; "0" for never. */
  digest_after: z.optional(z.string()),
  language: z.optional(z.string()),
  plays_sound: z.optional(z.boolean()),
  shows_content: z.optional(z.boolean())
});
export type NotifyingChange = z.infer<typeof notifyingChangeSchema>;

const askedSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('settings'), conversationId, change: settingsChangeSchema }),
  /** Marked unread from this message on. */
  z.object({ type: z.literal('unread'), conversationId, seq: z.number() }),
  /** Read up to this message: that takes the mark away. */
  z.object({ type: z.literal('read'), conversationId, seq: z.number() }),
  /** `id`: of the message that it will become. No content: there is no draft any more. */
  z.object({
    type: z.literal('draft'),
    conversationId,
    threadSeq: z.number(),
    id: z.guid(),
    content: z.string(),
    replyTo: z.nullable(z.number()),
    /** ISO text: later than every one that was known here. */
    savedAt: z.string()
  }),
  z.object({ type: z.literal('hide'), conversationId, seqs: z.array(z.number()), hidden: z.boolean() }),
  z.object({
    type: z.literal('notifications'),
    to: z.enum(['read', 'unread', 'archived', 'unarchived', 'acknowledged']),
    ids: z.array(z.guid())
  }),
  z.object({ type: z.literal('channels'), category: z.string(), change: channelsChangeSchema }),
  z.object({ type: z.literal('notifying'), change: notifyingChangeSchema }),
  /** ISO text; null ends it. */
  z.object({ type: z.literal('snooze'), until: z.nullable(z.string()) }),
  /** All that were created up to a moment, by the server's clock; of one category, or of all. */
  z.object({ type: z.literal('all_read'), upTo: z.string(), category: z.nullable(z.string()) })
]);
export type Asked = z.infer<typeof askedSchema>;

/** Something of one's own that is to be otherwise: shown at once, and kept until the server has it. */
const wishSchema = z.object({
  version: z.literal(1),
  /** UUIDv7: sorts by the time of wishing. */
  id: z.guid(),
  userId: z.guid(),
  /** The tab that asks for it, and that alone as long as it is there. */
  tab: z.string(),
  asked: askedSchema,
  /** When the first of those that it replaced was wished, in milliseconds since 1970 by this device's clock. */
  since: z.number(),
  /** Not asked for before: while somebody types. */
  dueAt: z.number(),
  /** A draft that the server does not take is kept here, until it is another one. */
  isRefused: z.boolean()
});
export type Wish = z.infer<typeof wishSchema>;

export function readWish(row: unknown): Wish | null {
  const parsed = wishSchema.safeParse(row);
  return parsed.success ? parsed.data : null;
}

/** What of the rows of a store can be understood, in the order of wishing. */
export function readWishes(rows: readonly unknown[]): Wish[] {
  return rows.flatMap((row) => readWish(row) ?? []).toSorted(byAge);
}

// UUIDv7 sorts by time.
export const byAge = (a: Wish, b: Wish): number => (a.id < b.id ? -1 : 1);

export const draftWishKey = (conversationId: string, threadSeq: number): string => `draft/${conversationId}/${threadSeq}`;

/** Wishes with the same key replace each other; null for what stands for itself. */
export function wishKey(asked: Asked): string | null {
  switch (asked.type) {
    case 'settings':
      return `settings/${asked.conversationId}`;
    case 'unread':
    case 'read':
      return `unread/${asked.conversationId}`;
    case 'draft':
      return draftWishKey(asked.conversationId, asked.threadSeq);
    case 'channels':
      return `channels/${asked.category}`;
    case 'notifying':
    case 'snooze':
      return asked.type;
    case 'hide':
    case 'notifications':
    case 'all_read':
      return null;
    default: {
      const never: never = asked;
      return never;
    }
  }
}

/** One wish after another with the same key, as one. */
export function after(before: Asked, asked: Asked): Asked {
  if (!('change' in before) || !('change' in asked) || before.type !== asked.type) return asked;
  return { ...asked, change: { ...before.change, ...asked.change } } as Asked;
}
