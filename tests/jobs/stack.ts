/** A database of its own for one test file, and the worker on it when asked for. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';

import { type Jobs, startJobs } from '../../supabase/embedded/jobs/worker.ts';
import { type Database, startDatabase } from '../../supabase/embedded/postgres/database.ts';
import { freePorts } from '../support/ports.ts';

export interface JobsStack {
  home: string;
  port: number;
  database: Database;
  jobs: Jobs;
  /** As the role that runs migrations, which is no superuser. */
  postgres: pg.Pool;
  stop(): Promise<void>;
}

export async function startJobsStack(): Promise<JobsStack> {
  const home = await mkdtemp(path.join(tmpdir(), 'parley-jobs-'));
  const [port] = (await freePorts(1)) as [number];
  const database = await startDatabase({ home, port });
  const jobs = await startJobs({ databaseUrl: database.url('supabase_admin') });
  const postgres = new pg.Pool({ connectionString: database.url('postgres'), max: 4 });
  postgres.on('error', () => undefined);
  const stack: JobsStack = {
    home,
    port,
    database,
    jobs,
    postgres,
    async stop() {
      await stack.jobs.stop();
      await postgres.end();
      await stack.database.stop();
      await rm(home, { recursive: true, force: true });
    }
  };
  return stack;
}

/** Resolves with the first row that the query gives, asking again while it gives none. */
export async function eventually<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  query: string,
  values: unknown[] = [],
  timeoutMs = 10_000
): Promise<Row> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { rows } = await pool.query<Row>(query, values);
    if (rows[0]) return rows[0];
    if (Date.now() > deadline) throw new Error(`No row within ${timeoutMs} ms: ${query}`);
    await pool.query('select pg_sleep(0.01)');
  }
}
