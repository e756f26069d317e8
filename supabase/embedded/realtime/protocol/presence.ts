import { z } from 'zod';

/** A `presence` push. `payload` is checked by what the event is. */
export const presencePayloadSchema = z.looseObject({
  event: z.string().transform((event) => event.toLowerCase()),
  payload: z.unknown().optional()
});
