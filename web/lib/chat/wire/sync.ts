import * as z from 'zod/mini';
import { personalAnswerSchema } from './personal.ts';
import { listRowSchema, memberSchema, messageSchema, receiptSchema } from './rows.ts';

/** What sync() says about one conversation that differs from what the client told. */
export const syncEntrySchema = z.object({
  ...listRowSchema.shape,
  /** False: the client knew nothing, so `messages` is empty and pages are loaded when it is opened. */
  known: z.boolean(),
  /** Changed since the cursor, in the order of revisions. */
  messages: z.array(messageSchema),
  members: z.array(memberSchema),
  receipts: z.array(receiptSchema),
  /** To be given back: the revision up to which this answer goes. */
  cursor: z.number(),
  more: z.boolean()
});
export type SyncEntry = z.infer<typeof syncEntrySchema>;

export const syncAnswerSchema = z.object({
  conversations: z.array(syncEntrySchema),
  /** Given in cursors, but the caller is not a member. */
  lost: z.array(z.guid()),
  more: z.boolean(),
  personal: z.optional(personalAnswerSchema)
});
export type SyncAnswer = z.infer<typeof syncAnswerSchema>;

/** By conversation id: the revision, and the sum of the watermarks, that the client has. */
export type Cursors = Record<string, readonly [revision: number, receiptsMark: number]>;
