/** What is known of a table when one of its changes is worked on. Whoever uses it asks whether it still holds. */
import { z } from 'zod';

const columnSchema = z.object({
  name: z.string(),
  /** As `pg_type.typname` has it: `int4`, `_text`. */
  type: z.string(),
  /** As a cast has it. */
  cast: z.string(),
  isKey: z.boolean(),
  /** Number of the type, that under it if it is a domain. */
  base: z.number(),
  isEnum: z.boolean(),
  /** Of an array: the number of its elements' type. */
  element: z.number().nullable(),
  isEnumElement: z.boolean(),
  /** The expression of a generated column, which the stream does not bring. */
  generated: z.string().nullable()
});

const roleSchema = z.object({
  /** Whether the policies may show different rows to two people of the role. */
  readsClaims: z.boolean(),
  selectable: z.array(z.string()).transform((names) => new Set(names))
});

export const tableFactsSchema = z.object({
  oid: z.number(),
  /** Another one after anything of this has changed. */
  signature: z.string(),
  /** With its schema, quoted. */
  name: z.string(),
  hasPolicies: z.boolean(),
  /** In the order of the table. */
  columns: z.array(columnSchema),
  roles: z.record(z.string(), roleSchema)
});

export type Column = z.infer<typeof columnSchema>;
export type TableFacts = z.infer<typeof tableFactsSchema>;
