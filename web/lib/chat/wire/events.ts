import * as z from 'zod/mini';
import { headerSchema, memberSchema, messageSchema, receiptSchema } from './rows.ts';

/* Live events of the topics user:<uid> and feed:<conversation>:<epoch>, as the database sends them. */

const conversation_id = z.guid();
const revision = z.number();

const messageEvent = z.object({ type: z.literal('message'), conversation_id, revision, message: messageSchema });
const memberEvent = z.object({
  type: z.literal('member'),
  conversation_id,
  revision,
  epoch: z.number(),
  member_count: z.number(),
  needs_epoch: z.optional(z.boolean()),
  /** Null when there are too many to say: sync() has them. */
  members: z.nullable(z.array(memberSchema))
});
const conversationEvent = z.object({ type: z.literal('conversation'), conversation_id, revision, conversation: headerSchema });
const receiptEvent = z.object({ ...receiptSchema.shape, type: z.literal('receipt'), conversation_id });
const removedEvent = z.object({ type: z.literal('removed'), conversation_id });
/** What one has voted, on whichever device: the message's own event says how many. */
const votedEvent = z.object({ type: z.literal('voted'), conversation_id, seq: z.number(), my_votes: z.array(z.number()) });
const movedEvent = z.object({ type: z.literal('moved'), conversation_id, epoch: z.number() });

const eventSchema = z.discriminatedUnion('type', [
  messageEvent,
  memberEvent,
  conversationEvent,
  receiptEvent,
  removedEvent,
  movedEvent,
  votedEvent
]);
export type LiveEvent = z.infer<typeof eventSchema>;
/** An event that has its place among the revisions of its conversation. */
export type RevisionedEvent = Extract<LiveEvent, { revision: number }>;

const KNOWN = new Set<string>([
  'message',
  'member',
  'conversation',
  'receipt',
  'removed',
  'moved',
  'voted'
] satisfies LiveEvent['type'][]);

/**
 * One broadcast. `unknown`: an event of a newer server, of no concern here. `malformed`: one that this client should have
 * understood; sync() will have what it told.
 */
export function parseEvent(name: string, payload: unknown): LiveEvent | 'unknown' | { malformed: unknown } {
  if (!KNOWN.has(name)) return 'unknown';
  const parsed = eventSchema.safeParse({ ...(payload as object), type: name });
  return parsed.success ? parsed.data : { malformed: parsed.error };
}
