import { z } from 'zod';

const stackSchema = z.object({
  apiUrl: z.url(),
  /** As `postgres`, to write a history of hundreds of messages without waiting for the rate limit. */
  dbUrl: z.string(),
  webUrl: z.url(),
  mailUrl: z.url(),
  publishableKey: z.string(),
  secretKey: z.string()
});

export type RunningStack = z.infer<typeof stackSchema>;

/** The stack that the tests run against: the one that was started for them, see global-setup.ts. */
export function runningStack(env: NodeJS.ProcessEnv = process.env): RunningStack {
  return stackSchema.parse(JSON.parse(env.PARLEY_STACK ?? 'null'));
}
