/** Where a running stack is reached, and with which keys. Kept in its home while it runs, for `npm run status` and for tests. */
import { z } from 'zod';

export const addressesSchema = z.object({
  apiUrl: z.string(),
  /** As the role `postgres`. */
  dbUrl: z.string(),
  mailUrl: z.string(),
  /** Empty when the web app is not served. */
  webUrl: z.string(),
  publishableKey: z.string(),
  secretKey: z.string(),
  jwtSecret: z.string()
});

export type StackAddresses = z.infer<typeof addressesSchema>;
