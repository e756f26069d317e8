/** Connections for questions to the database. */
import pg from 'pg';

/** No question of ours takes longer unless a policy is broken. */
const STATEMENT_TIMEOUT_MS = 5_000;

export function createPool(connectionString: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    application_name: 'realtime',
    statement_timeout: STATEMENT_TIMEOUT_MS,
    connectionTimeoutMillis: STATEMENT_TIMEOUT_MS,
    idleTimeoutMillis: 0
  });
  // An idle connection that ends with the server is replaced when one is needed again.
  pool.on('error', () => undefined);
  return pool;
}

/** Opens the pool's connections before they are needed, so that the first who join do not wait for them. */
export async function warmUp(pool: pg.Pool): Promise<void> {
  // By questions, not by taking connections out: one that breaks in somebody's hands ends the process, or is never given back.
  await Promise.all(Array.from({ length: pool.options.max ?? 1 }, () => pool.query('select')));
}

/** Whether all connections were busy for too long. */
export function isPoolExhausted(error: unknown): boolean {
  return error instanceof Error && error.message === 'timeout exceeded when trying to connect';
}

/** Whether the error tells of a database that cannot be reached, rather than of a statement that it refused. */
export function isConnectionError(error: unknown): boolean {
  const { code = '' } = error as { code?: string };
  return !(error instanceof pg.DatabaseError) || code.startsWith('08') || code.startsWith('57P') || code === '53300';
}
