import * as z from 'zod/mini';
import { envelopeSchema } from '../chat/wire/rows.ts';

/** What a push carries, as private.push_payload() makes it. */
export const payloadSchema = z.object({
  v: z.literal(1),
  kind: z.enum(['message', 'notification']),
  /** Names the event: the same one is not shown twice. */
  key: z.optional(z.string()),
  /** Replaces what is shown with the same. */
  tag: z.string(),
  title: z.string(),
  body: z._default(z.string(), ''),
  url: z.optional(z.string()),
  conversation_id: z.optional(z.guid()),
  seq: z.optional(z.number()),
  notification_id: z.optional(z.guid()),
  /** Milliseconds since 1970. */
  timestamp: z.optional(z.number()),
  require_interaction: z._default(z.boolean(), false),
  silent: z._default(z.boolean(), false),
  actions: z._default(z.array(z.string()), []),
  /** How many messages it is about; left out for none in particular. */
  count: z.optional(z.number()),
  /** Of an encrypted message: what opens to what it says. An envelope that is too long for a push is left out. */
  encrypted: z.optional(
    z.object({
      message_id: z.guid(),
      sender_id: z.guid(),
      envelope: z.optional(envelopeSchema),
      edit_envelope: z.optional(envelopeSchema)
    })
  ),
  /** How much waits for the person in all. */
  badge: z.optional(z.number())
});
export type Payload = z.infer<typeof payloadSchema>;

/** What is remembered with a notification that the system shows. */
export const shownSchema = z.object({
  key: z.optional(z.string()),
  url: z.optional(z.string()),
  conversation_id: z.optional(z.guid()),
  seq: z.optional(z.number()),
  notification_id: z.optional(z.guid())
});
export type Shown = z.infer<typeof shownSchema>;

/** What the worker tells a page that it has brought to the front. */
export const routeSchema = z.object({ type: z.literal('parley/route'), path: z.string() });
