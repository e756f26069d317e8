/** The plans that a call really ran with, those inside its functions included: Postgres' auto_explain tells them. */
import type pg from 'pg';
import { z } from 'zod';

/** A node of a plan that reads a table. */
export interface Scan {
  /** `Seq Scan`, `Index Scan`, `Bitmap Heap Scan`, … */
  type: string;
  table: string | undefined;
  index: string | undefined;
  /** Rows that it was expected to give each time, and gave. */
  expected: number;
  given: number;
  /** Rows that it looked at in all. */
  read: number;
}

const nodeSchema = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Plan Rows': z.number(),
  'Actual Rows': z.number(),
  'Actual Loops': z.number(),
  'Rows Removed by Filter': z.number().default(0),
  'Rows Removed by Index Recheck': z.number().default(0),
  get Plans() {
    return z.array(nodeSchema).default([]);
  }
});
type Node = z.infer<typeof nodeSchema>;
const planSchema = z.object({ Plan: nodeSchema });

/** From here on, plans come as notices on this connection, which must be a superuser's; it may then take another role. */
export async function explainAll(client: pg.Client): Promise<void> {
  await client.query(`
    load 'auto_explain';
    set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on; set auto_explain.log_timing = off;
    set auto_explain.log_nested_statements = on; set auto_explain.log_format = 'json'; set client_min_messages = 'log'`);
}

/** Runs a statement and returns every scan of a table or index that it took. */
export async function scansOf(client: pg.Client, text: string, values: unknown[]): Promise<Scan[]> {
  const scans: Scan[] = [];
  const listen = ({ message = '' }: { message?: string | undefined }) => {
    const from = message.indexOf('plan:\n');
    if (from >= 0) collect(planSchema.parse(JSON.parse(message.slice(from + 6))).Plan, scans);
  };
  client.on('notice', listen);
  try {
    await client.query(text, values);
  } finally {
    client.off('notice', listen);
  }
  return scans;
}

function collect(node: Node, scans: Scan[]): void {
  if (/Scan$/.test(node['Node Type']) && (node['Relation Name'] ?? node['Index Name']) !== undefined) {
    const removed = node['Rows Removed by Filter'] + node['Rows Removed by Index Recheck'];
    scans.push({
      type: node['Node Type'],
      table: node['Relation Name'],
      index: node['Index Name'],
      expected: node['Plan Rows'],
      given: node['Actual Rows'],
      read: (node['Actual Rows'] + removed) * node['Actual Loops']
    });
  }
  for (const child of node.Plans) collect(child, scans);
}
