import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startJobs } from '../../supabase/embedded/jobs/worker.ts';
import { startDatabase } from '../../supabase/embedded/postgres/database.ts';
import { eventually, type JobsStack, startJobsStack } from './stack.ts';

interface Run {
  jobid: string;
  job_pid: number;
  username: string;
  command: string;
  status: string;
  return_message: string;
  start_time: Date;
  end_time: Date;
}

let stack: JobsStack;

async function schedule(...words: string[]): Promise<string> {
  const places = words.map((_, index) => `$${index + 1}`).join(', ');
  return (await stack.postgres.query<{ id: string }>(`select cron.schedule(${places}) as id`, words)).rows[0]!.id;
}

const firstRun = (job: string) =>
  eventually<Run>(stack.postgres, 'select * from cron.job_run_details where jobid = $1 and end_time is not null order by runid', [
    job
  ]);

beforeAll(async () => {
  stack = await startJobsStack();
  await stack.postgres.query('create extension if not exists pg_cron with schema pg_catalog');
  await stack.postgres.query(
    'create table public.ticks (at timestamptz default clock_timestamp(), who text default current_user)'
  );
});

afterAll(() => stack?.stop());

describe('a job every second', () => {
  test('runs as its owner and is recorded', async () => {
    const job = await schedule('tick', '1 second', 'insert into public.ticks default values');
    const run = await firstRun(job);
    expect(run).toMatchObject({ jobid: job, username: 'postgres', status: 'succeeded', return_message: 'INSERT 0 1' });
    expect(run.job_pid).toBeGreaterThan(0);
    expect(run.end_time.getTime()).toBeGreaterThanOrEqual(run.start_time.getTime());
    expect((await stack.postgres.query('select who from public.ticks')).rows[0]).toEqual({ who: 'postgres' });
    await eventually(stack.postgres, 'select from public.ticks having count(*) >= 2');
    await stack.postgres.query(`select cron.unschedule('tick')`);
  });

  test('that fails says why', async () => {
    const job = await schedule('broken', '1 second', 'select 1 / 0');
    expect(await firstRun(job)).toMatchObject({ status: 'failed', return_message: 'ERROR: division by zero' });
    await stack.postgres.query('select cron.unschedule($1::bigint)', [job]);
  });

  test('cannot take more rights than its owner has', async () => {
    const job = await schedule('climb', '1 second', 'reset session authorization; alter role postgres superuser');
    expect(await firstRun(job)).toMatchObject({ status: 'failed' });
    await stack.postgres.query(`select cron.unschedule('climb')`);
    const { rows } = await stack.postgres.query(`select rolsuper from pg_roles where rolname = 'postgres'`);
    expect(rows).toEqual([{ rolsuper: false }]);
  });

  test('does not overlap itself', async () => {
    const job = await schedule('slow', '1 second', 'select pg_sleep(1.5)');
    await eventually(
      stack.postgres,
      'select from cron.job_run_details where jobid = $1 and end_time is not null having count(*) >= 2',
      [job]
    );
    await stack.postgres.query(`select cron.unschedule('slow')`);
    const { rows } = await stack.postgres.query<Run>('select * from cron.job_run_details where jobid = $1 order by runid', [job]);
    for (const [index, run] of rows.slice(1).entries()) {
      expect(run.start_time.getTime()).toBeGreaterThanOrEqual(rows[index]!.end_time.getTime());
    }
  });
});

describe('the table of jobs', () => {
  test('a name is scheduled once; again changes it', async () => {
    const first = await schedule('nightly', '0 3 * * *', 'select 1');
    const second = await schedule('nightly', '30 3 * * *', 'select 2');
    expect(second).toBe(first);
    const { rows } = await stack.postgres.query(
      'select jobname, schedule, command, username, database, active from cron.job where jobid = $1',
      [first]
    );
    expect(rows).toEqual([
      {
        jobname: 'nightly',
        schedule: '30 3 * * *',
        command: 'select 2',
        username: 'postgres',
        database: 'postgres',
        active: true
      }
    ]);
  });

  test('alter_job changes what is given and leaves the rest', async () => {
    const job = await schedule('0 4 * * 1-5', 'select 1');
    await stack.postgres.query('select cron.alter_job($1, active := false, schedule := $2)', [job, '@hourly']);
    const { rows } = await stack.postgres.query('select schedule, command, active from cron.job where jobid = $1', [job]);
    expect(rows).toEqual([{ schedule: '@hourly', command: 'select 1', active: false }]);
  });

  test.each(['60 seconds', '* * * *', '60 * * * *', '* * 0 * *', '* * * 13 *', 'soon', '@never', '* * * * * *', '- * * * *'])(
    'refuses the schedule %j',
    async (text) => {
      await expect(schedule(text, 'select 1')).rejects.toThrow(`invalid schedule: ${text}`);
    }
  );

  test.each(['*/5 * * * *', '0,30 9-17 * * mon-fri', '0 0 $ * *', '5 4 1-7 JAN,jul 0', '@daily', '59 seconds'])(
    'accepts the schedule %j',
    async (text) => {
      const job = await schedule(text, 'select 1');
      await stack.postgres.query('select cron.unschedule($1::bigint)', [job]);
    }
  );

  test('what is not there cannot be unscheduled', async () => {
    await expect(stack.postgres.query(`select cron.unschedule('nobody')`)).rejects.toThrow(
      "could not find valid entry for job 'nobody'"
    );
  });

  test('jobs of other roles cannot be made, nor jobs of roles that cannot log in', async () => {
    const insert = 'insert into cron.job (schedule, command, username) values ($1, $2, $3)';
    await expect(stack.postgres.query(insert, ['@daily', 'select 1', 'supabase_admin'])).rejects.toThrow('must be superuser');
    await expect(stack.postgres.query(insert, ['@daily', 'select 1', 'anon'])).rejects.toThrow();
  });

  test('is closed to the roles of the API', async () => {
    const client = await stack.postgres.connect();
    try {
      for (const role of ['anon', 'authenticated']) {
        await client.query(`set role ${role}`);
        await expect(client.query(`select cron.schedule('@daily', 'select 1')`)).rejects.toMatchObject({ code: '42501' });
        await client.query('reset role');
      }
    } finally {
      client.release();
    }
  });
});

test('a run that the worker was stopped in is recorded as failed', async () => {
  const job = await schedule('cut', '1 second', 'select pg_sleep(60)');
  await eventually(stack.postgres, `select from cron.job_run_details where jobid = $1 and status = 'running'`, [job]);
  await stack.jobs.stop();
  await stack.postgres.query(`select cron.unschedule('cut')`);
  const { rows } = await stack.postgres.query<Run>('select * from cron.job_run_details where jobid = $1', [job]);
  expect(rows).toMatchObject([{ status: 'failed' }]);
  stack.jobs = await startJobs({ databaseUrl: stack.database.url('supabase_admin') });
});

test('an extension that is dropped and created again starts empty', async () => {
  await schedule('lost', '1 second', 'insert into public.ticks default values');
  await stack.postgres.query('drop extension pg_cron; create extension pg_cron with schema pg_catalog');
  const job = await schedule('anew', '1 second', 'select 2');
  expect(await firstRun(job)).toMatchObject({ jobid: job, status: 'succeeded', command: 'select 2', return_message: '1 row' });
  const { rows } = await stack.postgres.query('select distinct command from cron.job_run_details');
  expect(rows).toEqual([{ command: 'select 2' }]);
});

test('jobs go on after the database was restarted', async () => {
  const job = await schedule('lasting', '1 second', 'select 3');
  await firstRun(job);
  await stack.database.stop();
  stack.database = await startDatabase({ home: stack.home, port: stack.port });
  const { rows } = await stack.postgres.query<{ last: string }>('select max(runid) as last from cron.job_run_details');
  const again = `select from cron.job_run_details where jobid = $1 and runid > $2 and status = 'succeeded'`;
  await eventually(stack.postgres, again, [job, rows[0]!.last]);
});
