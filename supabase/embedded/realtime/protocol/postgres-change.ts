import { z } from 'zod';

/** One entry of a join's `postgres_changes`: what the client wants to hear of. */
export const postgresChangeSchema = z.looseObject({
  event: z.string().optional(),
  schema: z.string().optional(),
  table: z.string().nullish(),
  filter: z.string().nullish(),
  select: z.array(z.string()).nullish()
});

export type PostgresChange = z.infer<typeof postgresChangeSchema>;
