import * as z from 'zod/mini';

/*
 * What tabs say to each other. A seat is one tab's place on a topic; the leader holds the one real topic for all seats.
 */

const from = z.string();
const to = z.string();
const seat = z.string();
const topic = z.string();
const record = z.record(z.string(), z.unknown());

/** To the leader. */
const requestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), from }),
  z.object({ type: z.literal('connect'), from, call: z.string() }),
  z.object({ type: z.literal('disconnect'), from }),
  z.object({ type: z.literal('join'), from, seat, topic, presenceKey: z.nullable(z.string()) }),
  z.object({ type: z.literal('leave'), from, seat }),
  z.object({ type: z.literal('send'), from, topic, event: z.string(), payload: record }),
  z.object({ type: z.literal('track'), from, seat, meta: record })
]);
export type TabRequest = z.infer<typeof requestSchema>;

/** From the leader. */
const noticeSchema = z.discriminatedUnion('type', [
  /** It leads from now on: what was asked of another is forgotten. */
  z.object({ type: z.literal('leading'), leader: z.string() }),
  /** It has been leading, to one that said hello. */
  z.object({ type: z.literal('here'), to, leader: z.string() }),
  /** It has heard a call, and is at it. */
  z.object({ type: z.literal('alive'), to, call: z.string() }),
  z.object({ type: z.literal('connected'), to, call: z.string() }),
  z.object({
    type: z.literal('refused'),
    to,
    call: z.string(),
    error: z.enum(['NotSignedIn', 'Unreachable']),
    message: z.string()
  }),
  z.object({ type: z.literal('joined'), to, seat }),
  z.object({ type: z.literal('lost'), to, seat, reason: z.string() }),
  z.object({ type: z.literal('message'), topic, event: z.string(), payload: z.unknown() }),
  /** `to` is one seat that has just joined; null for everybody on the topic. */
  z.object({ type: z.literal('presence'), to: z.nullable(z.string()), topic, state: z.record(z.string(), z.array(z.unknown())) })
]);
export type TabNotice = z.infer<typeof noticeSchema>;

const messageSchema = z.union([requestSchema, noticeSchema]);
export type TabMessage = z.infer<typeof messageSchema>;

/** Null for what is no message of this protocol. */
export function parseTabMessage(data: unknown): TabMessage | null {
  const parsed = messageSchema.safeParse(data);
  return parsed.success ? parsed.data : null;
}

/** Whether it is for the leader. */
export const isRequest = (message: TabMessage): message is TabRequest => 'from' in message;
