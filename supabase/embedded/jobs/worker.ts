/**
 * The worker behind the pg_net and pg_cron shims. It sleeps until NOTIFY tells of a queued request or a changed job, or a
 * job's time has come; in a database without the extensions it only holds one idle connection.
 */
import pg from 'pg';
import { CronRunner } from './cron-runner.ts';
import { HttpQueue, isUnavailable } from './http-queue.ts';
import { APPLICATION_NAME, Listener } from './listener.ts';

const EXPIRE_EVERY_MS = 60_000;

export interface JobsOptions {
  /** Connection string of a superuser: it reads what every role has queued, and records runs for all of them. */
  databaseUrl: string;
}

export interface Jobs {
  /** Waits for requests and runs that are under way. */
  stop(): Promise<void>;
}

export async function startJobs({ databaseUrl }: JobsOptions): Promise<Jobs> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: APPLICATION_NAME,
    max: 4,
    idleTimeoutMillis: 10_000
  });
  // An idle connection that ends with the server is replaced when one is needed again.
  pool.on('error', () => undefined);
  const queue = new HttpQueue(pool);
  const cron = new CronRunner(pool, databaseUrl);
  const listener = new Listener({
    databaseUrl,
    channels: ['pg_net', 'pg_cron'],
    onNotify: (channel) => (channel === 'pg_net' ? queue.wake() : cron.reload()),
    onConnect: () => {
      void queue.wakeIfThere();
      cron.reload();
    }
  });
  try {
    await listener.start();
  } catch (error) {
    await pool.end();
    throw error;
  }
  const expiry = setInterval(() => {
    queue.expire().catch((error: unknown) => {
      if (!isUnavailable(error)) console.error('pg_net: old answers were not removed:', (error as Error).message);
    });
  }, EXPIRE_EVERY_MS).unref();

  return {
    async stop() {
      clearInterval(expiry);
      await listener.stop();
      await Promise.all([queue.stop(), cron.stop()]);
      await pool.end();
    }
  };
}
