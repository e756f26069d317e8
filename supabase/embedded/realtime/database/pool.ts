/** Connections for questions to the database; each is prepared for asking the policies. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';

const PROBE = new URL('../authorization/probe.sql', import.meta.url);

/** No question of ours takes longer unless a policy is broken. */
const STATEMENT_TIMEOUT_MS = 5_000;

export async function createPool(connectionString: string, max: number): Promise<pg.Pool> {
  const probe = await readFile(PROBE, 'utf8');
  const pool = new pg.Pool({
    connectionString,
    max,
    application_name: 'realtime',
    statement_timeout: STATEMENT_TIMEOUT_MS,
    connectionTimeoutMillis: STATEMENT_TIMEOUT_MS,
    idleTimeoutMillis: 0,
    onConnect: async (client) => {
      await client.query(probe);
    }
  });
  // An idle connection that ends with the server is replaced when one is needed again.
  pool.on('error', () => undefined);
  return pool;
}

/** Opens the pool's connections before they are needed, so that the first who join do not wait for them. */
export async function warmUp(pool: pg.Pool): Promise<void> {
  const clients = await Promise.all(Array.from({ length: pool.options.max ?? 1 }, () => pool.connect()));
  for (const client of clients) client.release();
}

/** Whether the error tells of a database that cannot be reached, rather than of a statement that it refused. */
export function isConnectionError(error: unknown): boolean {
  const { code = '' } = error as { code?: string };
  return !(error instanceof pg.DatabaseError) || code.startsWith('08') || code.startsWith('57P') || code === '53300';
}
