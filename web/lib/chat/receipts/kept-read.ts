import * as z from 'zod/mini';

/** How far somebody has read a conversation, kept until the server knows it. */
const keptReadSchema = z.object({ userId: z.guid(), conversationId: z.guid(), seq: z.number() });
export type KeptRead = z.infer<typeof keptReadSchema>;

/** What of the rows of a store can be understood. */
export function readKeptReads(rows: readonly unknown[]): KeptRead[] {
  return rows.flatMap((row) => {
    const parsed = keptReadSchema.safeParse(row);
    return parsed.success ? [parsed.data] : [];
  });
}
