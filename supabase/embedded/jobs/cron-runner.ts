/** Keeps the timers of all jobs: reads cron.job when told that it changed, starts what is due, one run a job at a time. */
import type pg from 'pg';
import { type Job, runJob } from './cron-run.ts';
import { nextDue, parseSchedule, type Schedule } from './cron-schedule.ts';
import { isUnavailable } from './http-queue.ts';
import { tableExists } from './table-exists.ts';

/** Runs under way at once, each with a connection of its own. */
const CONCURRENCY = 8;
/** Longest that `setTimeout` can wait. */
const TIMER_MAX_MS = 2 ** 31 - 1;

interface Entry {
  job: Job;
  schedule: Schedule;
  due: Date | undefined;
  running: boolean;
}

export class CronRunner {
  readonly #pool: pg.Pool;
  readonly #databaseUrl: string;
  readonly #now: () => Date;
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #loading: Promise<void> | undefined;
  #again = false;
  #started = false;

  constructor(pool: pg.Pool, databaseUrl: string, now: () => Date = () => new Date()) {
    this.#pool = pool;
    this.#databaseUrl = databaseUrl;
    this.#now = now;
  }

  /** Reads the jobs anew; what is called while it reads makes it read once more. */
  reload(): void {
    if (this.#stopping.signal.aborted) return;
    this.#again = true;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
      if (this.#again) this.reload();
    });
  }

  /** Starts nothing more, ends the connections of what is running, and waits until that is recorded. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#again = false;
    clearTimeout(this.#timer);
    await this.#loading;
    clearTimeout(this.#timer);
    await Promise.all(this.#running);
  }

  async #load(): Promise<void> {
    this.#again = false;
    try {
      this.#replace((await tableExists(this.#pool, 'cron.job')) ? await this.#read() : []);
    } catch (error) {
      // No connection: the next connect reloads.
      if (!isUnavailable(error)) console.error('pg_cron: the jobs cannot be read:', (error as Error).message);
    }
    this.#started = true;
    this.#arm();
  }

  async #read(): Promise<Job[]> {
    if (!this.#started) await this.#closeOldRuns();
    const { rows } = await this.#pool.query<Job>(
      'select jobid, schedule, command, database, username, active from cron.job where active'
    );
    return rows;
  }

  /** Runs that a stop of the machine cut off will not report any more. */
  async #closeOldRuns(): Promise<void> {
    await this.#pool.query(
      `update cron.job_run_details set status = 'failed', return_message = 'server restarted', end_time = clock_timestamp()
       where status in ('starting', 'running')`
    );
  }

  #replace(jobs: Job[]): void {
    const kept = new Set(jobs.map((job) => job.jobid));
    for (const id of this.#entries.keys()) if (!kept.has(id)) this.#entries.delete(id);
    for (const job of jobs) {
      const known = this.#entries.get(job.jobid);
      if (known && known.job.schedule === job.schedule) {
        known.job = job;
        continue;
      }
      const schedule = this.#parse(job);
      if (!schedule) continue;
      const due = schedule.kind === 'reboot' && !this.#started ? this.#now() : nextDue(schedule, this.#now());
      this.#entries.set(job.jobid, { job, schedule, due, running: known?.running ?? false });
    }
  }

  #parse(job: Job): Schedule | undefined {
    try {
      return parseSchedule(job.schedule);
    } catch (error) {
      console.error(`pg_cron: job ${job.jobid} cannot be scheduled:`, (error as Error).message);
      this.#entries.delete(job.jobid);
      return undefined;
    }
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#stopping.signal.aborted) return;
    const waiting = [...this.#entries.values()].filter((entry) => entry.due && !entry.running);
    if (waiting.length === 0 || this.#running.size >= CONCURRENCY) return;
    const first = Math.min(...waiting.map((entry) => entry.due!.getTime()));
    const wait = Math.min(Math.max(0, first - this.#now().getTime()), TIMER_MAX_MS);
    this.#timer = setTimeout(() => this.#tick(), wait);
  }

  #tick(): void {
    const now = this.#now();
    const due = [...this.#entries.values()]
      .filter((entry) => entry.due && !entry.running && entry.due <= now)
      .sort((a, b) => a.due!.getTime() - b.due!.getTime());
    for (const entry of due.slice(0, CONCURRENCY - this.#running.size)) this.#start(entry, now);
    this.#arm();
  }

  #start(entry: Entry, now: Date): void {
    entry.running = true;
    // A clock time that comes while the run goes on is kept: that job starts again as soon as it is free.
    entry.due = nextDue(entry.schedule, now);
    const run = runJob(this.#pool, this.#databaseUrl, entry.job, this.#stopping.signal)
      .catch((error: Error) => {
        if (!isUnavailable(error)) console.error(`pg_cron: the run of job ${entry.job.jobid} was not recorded:`, error.message);
        // The extension may have been dropped, which announces nothing.
        else this.reload();
      })
      .finally(() => {
        entry.running = false;
        const current = this.#entries.get(entry.job.jobid);
        if (current) current.running = false;
        this.#running.delete(run);
        this.#arm();
      });
    this.#running.add(run);
  }
}
