import { z } from 'zod';
import { flexibleBooleanSchema } from './flexible-boolean.ts';

/** One entry of a join's `postgres_changes`: what the client wants to hear of. Read when it is subscribed to (changes/entry.ts). */
export const postgresChangeSchema = z.looseObject({
  event: z.string().nullish(),
  schema: z.string().nullish(),
  table: z.string().nullish(),
  filter: z.string().nullish()
});

export type PostgresChange = z.infer<typeof postgresChangeSchema>;

const MOST_WAIT_MS = 20_000;

/** Whether the answer to the join waits until changes are streamed, and how long (ms). */
export const postgresChangesOptionsSchema = z.object({
  wait: flexibleBooleanSchema.default(false),
  timeout: z
    .int()
    .positive()
    .default(15_000)
    .transform((ms) => Math.min(ms, MOST_WAIT_MS))
});
