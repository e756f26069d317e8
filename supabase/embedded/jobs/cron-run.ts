/** One run of a job: as the job's user, on a connection of its own, recorded in cron.job_run_details. */
import pg from 'pg';
import { APPLICATION_NAME } from './listener.ts';

export interface Job {
  /** `bigint`, as text. */
  jobid: string;
  schedule: string;
  command: string;
  database: string;
  username: string;
  active: boolean;
}

/** Never throws for what the command does; throws when the run cannot be recorded. */
export async function runJob(pool: pg.Pool, databaseUrl: string, job: Job, signal: AbortSignal): Promise<void> {
  const { rows } = await pool.query<{ runid: string }>(
    `insert into cron.job_run_details (jobid, database, username, command, status, start_time)
     values ($1, $2, $3, $4, 'starting', clock_timestamp()) returning runid`,
    [job.jobid, job.database, job.username, job.command]
  );
  const { runid } = rows[0]!;
  const client = new pg.Client({
    connectionString: urlOf(databaseUrl, job),
    application_name: `${APPLICATION_NAME}: ${job.jobid}`
  });
  client.on('error', () => undefined);
  const abort = () => void client.end().catch(() => undefined);
  signal.addEventListener('abort', abort, { once: true });
  let outcome: { status: 'succeeded' | 'failed'; message: string };
  try {
    await client.connect();
    const pid = (client as unknown as { processID: number }).processID;
    await pool.query(`update cron.job_run_details set status = 'running', job_pid = $2 where runid = $1`, [runid, pid]);
    outcome = { status: 'succeeded', message: summary(await client.query(job.command)) };
  } catch (error) {
    outcome = { status: 'failed', message: `ERROR: ${(error as Error).message}` };
  } finally {
    signal.removeEventListener('abort', abort);
    await client.end().catch(() => undefined);
  }
  await pool.query(
    `update cron.job_run_details set status = $2, return_message = $3, end_time = clock_timestamp() where runid = $1`,
    [runid, outcome.status, outcome.message]
  );
}

/** The same server, as the job's user in the job's database: login roles of the stack share one password. */
function urlOf(databaseUrl: string, job: Job): string {
  const url = new URL(databaseUrl);
  url.username = encodeURIComponent(job.username);
  url.pathname = `/${encodeURIComponent(job.database)}`;
  return url.href;
}

/** What pg_cron records: the number of rows of a query, the command tag of anything else. */
function summary(result: pg.QueryResult | pg.QueryResult[]): string {
  const last = Array.isArray(result) ? result.at(-1) : result;
  if (!last) return '';
  if (last.fields.length > 0) return `${last.rows.length} ${last.rows.length === 1 ? 'row' : 'rows'}`;
  const count = last.rowCount === null ? [] : last.command === 'INSERT' ? ['0', last.rowCount] : [last.rowCount];
  return [last.command, ...count].join(' ');
}
