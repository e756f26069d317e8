import { z } from 'zod';

/** A `broadcast` push as text. What else it holds goes to the receivers unread. */
export const broadcastPayloadSchema = z.looseObject({ event: z.string().optional() });
