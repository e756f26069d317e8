import * as z from 'zod/mini';

/** A message that this client has written and not yet seen stored. */
export const entrySchema = z.object({
  version: z.literal(1),
  /** UUIDv7, made once: the idempotency key of every attempt. Sorts by the time of writing. */
  id: z.guid(),
  userId: z.guid(),
  conversationId: z.guid(),
  content: z.string(),
  /** Milliseconds since 1970, by this device's clock. */
  writtenAt: z.number(),
  /** Failed attempts since it was written or last retried by the person. */
  attempts: z.number(),
  /** Not before this time; 0 = at once. */
  nextAttemptAt: z.number(),
  /** Set when it was refused: it stays until the person retries or discards it. */
  refusal: z.nullable(z.object({ code: z.string(), message: z.string() }))
});

export type OutboxEntry = z.infer<typeof entrySchema>;

/** UUIDv7 sorts by time. */
export const inOrder = (entries: readonly OutboxEntry[]): OutboxEntry[] => entries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
