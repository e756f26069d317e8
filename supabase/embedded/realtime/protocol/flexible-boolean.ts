import { z } from 'zod';

/** Booleans in a join may come as text: older clients build them from query strings. */
export const flexibleBooleanSchema = z.union([
  z.boolean(),
  z
    .string()
    .toLowerCase()
    .pipe(z.enum(['true', 'false']))
    .transform((text) => text === 'true')
]);
