import * as z from 'zod/mini';
import type { Bytes } from '../../e2ee/bytes.ts';
import { entryFileSchema } from '../attachments/entry-file.ts';
import { linkPreviewSchema } from '../link-preview.ts';

/** What an entry does. All but `send` and `poll` change the message with this `seq`. */
export const actionSchema = z.discriminatedUnion('type', [
  /** Says `content`, as an answer to the message with the number `replyTo` if there is one, in the thread under `threadSeq`. */
  z.object({
    type: z.literal('send'),
    replyTo: z.nullable(z.number()),
    threadSeq: z.optional(z.number()),
    preview: z.optional(linkPreviewSchema)
  }),
  /** Asks `content`. */
  z.object({
    type: z.literal('poll'),
    options: z.array(z.string()),
    isMultiple: z.boolean(),
    isAnonymous: z.boolean(),
    closesAt: z.nullable(z.string())
  }),
  /** Makes `content` what it says. */
  z.object({ type: z.literal('edit'), seq: z.number() }),
  z.object({ type: z.literal('delete'), seq: z.number() }),
  z.object({ type: z.literal('react'), seq: z.number(), emoji: z.string(), on: z.boolean() }),
  z.object({ type: z.literal('pin'), seq: z.number(), on: z.boolean() }),
  /** Votes for exactly these options, numbered from 0; for none takes the vote back. */
  z.object({ type: z.literal('vote'), seq: z.number(), options: z.array(z.number()) })
]);
export type Action = z.infer<typeof actionSchema>;
/** What makes a new message. */
export type NewMessage = Extract<Action, { type: 'send' | 'poll' }>;
/** What changes one that is there. */
export type Change = Exclude<Action, NewMessage>;

export const makesMessage = (action: Action): action is NewMessage => action.type === 'send' || action.type === 'poll';

const common = {
  /** UUIDv7, made once: the idempotency key of every attempt. Sorts by the time of writing. */
  id: z.guid(),
  userId: z.guid(),
  conversationId: z.guid(),
  /** Text of what is sent or edited, else empty; empty too while it lies in a box. */
  content: z.string(),
  /** Milliseconds since 1970, by this device's clock. */
  writtenAt: z.number(),
  /** Failed attempts since it was written or last retried by the person. */
  attempts: z.number(),
  /** Not before this time; 0 = at once. */
  nextAttemptAt: z.number(),
  /** The tab that sends it, and that alone as long as it is there. */
  tab: z.optional(z.string()),
  /** Files that a message comes with; their bytes lie in the FileStore. */
  files: z.optional(z.array(entryFileSchema)),
  /** What it says, where only this device can open it: of an encrypted conversation. Nothing of it is sent before it was opened. */
  boxed: z.optional(z.unknown() as z.ZodMiniType<Bytes>),
  /** Set when it was refused: it stays until the person retries or discards it. */
  refusal: z.nullable(z.object({ code: z.string(), message: z.string() }))
};

/** Something that this client has done and not yet seen stored. */
const entrySchema = z.object({ version: z.literal(2), action: actionSchema, ...common });
export type OutboxEntry = z.infer<typeof entrySchema>;

/** Entries of the first version were all sent. */
const firstEntrySchema = z.object({ version: z.literal(1), ...common });

/** What of the rows of a store can be understood, in the order of writing. What another version has written is passed over. */
export function readEntries(rows: readonly unknown[]): OutboxEntry[] {
  const entries = rows.flatMap((row): OutboxEntry[] => {
    const entry = entrySchema.safeParse(row);
    if (entry.success) return [entry.data];
    const first = firstEntrySchema.safeParse(row);
    return first.success ? [{ ...first.data, version: 2, action: { type: 'send', replyTo: null } }] : [];
  });
  // UUIDv7 sorts by time.
  return entries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
