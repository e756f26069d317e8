/** What a batch of changes asks of the database, and what it answers (`pg_temp.ask` in questions.sql). */
import { z } from 'zod';
import { type TableFacts, tableFactsSchema } from './facts.ts';
import type { Operator } from './filter.ts';

export interface Questions {
  /** Transactions that have to be visible first: their 32 bits. */
  xids: number[];
  /** Whether each table is still what it was taken for, for these roles. */
  tables: { oid: number; signature: string | null; roles: string[] }[];
  /** Whether a value passes a filter. */
  filters: [op: Operator, type: number, value: string, filterValue: string, negate: boolean][];
  /** How a value looks as JSON. */
  values: [type: number, text: string][];
  /** Which of these rows each viewer sees. */
  checks: RowCheck[];
}

/** Some rows of one table, for one viewer. */
export interface RowCheck {
  facts: TableFacts;
  role: string;
  claims: string;
  /** Per row the values of the primary key. */
  keys: string[][];
}

export const answersSchema = z.object({
  /** Null for a table that is as it was; without a signature it is gone. */
  tables: z.array(z.union([tableFactsSchema, z.object({ oid: z.number(), signature: z.null() })]).nullable()),
  filters: z.array(z.boolean()),
  values: z.array(z.string().nullable()),
  /** Per check and row; text where the policies failed. */
  seen: z.array(z.union([z.array(z.boolean()), z.string()]))
});

export type Answers = z.infer<typeof answersSchema>;
