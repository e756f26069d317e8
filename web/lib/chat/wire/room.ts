import * as z from 'zod/mini';

/** Broadcast `typing` of a room. Any member could send it in another's name, so it is never more than a hint. */
export const typingSchema = z.object({ user_id: z.guid(), typing: z.boolean() });
export type TypingSignal = z.infer<typeof typingSchema>;

/** What each device says of itself on presence:<uid>. */
export const presenceMetaSchema = z.object({ device_id: z.string(), state: z.enum(['active', 'idle']) });
export type PresenceMeta = z.infer<typeof presenceMetaSchema>;

/** A row of the RPC presence(). */
export const presenceRowSchema = z.object({
  user_id: z.guid(),
  status: z.enum(['online', 'away', 'offline']),
  last_seen_at: z.nullable(z.string())
});
export type PresenceRow = z.infer<typeof presenceRowSchema>;
