import pg from 'pg';

export type Queryable = Pick<pg.Pool, 'query'>;

export function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 10, application_name: 'auth' });
  // A connection that the server closes while it is idle is replaced at the next query.
  pool.on('error', () => {});
  return pool;
}

/** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
export async function transaction<T>(pool: pg.Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}
