import * as z from 'zod/mini';

/** A row of mark_delivered() and mark_read(). */
export const markRowSchema = z.object({ conversation_id: z.guid(), delivered_seq: z.number(), read_seq: z.number() });
export type MarkRow = z.infer<typeof markRowSchema>;

/** A row of the view message_statuses. */
export const statusRowSchema = z.object({
  recipient_id: z.guid(),
  status: z.enum(['sent', 'delivered', 'read']),
  delivered_at: z.nullable(z.string()),
  read_at: z.nullable(z.string())
});
export type StatusRow = z.infer<typeof statusRowSchema>;
