/** The jobs that the migrations schedule: each command does its work as pg_cron would run it, as the job's user. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { given, type Someone, someone, startGroup } from '../storage/files.ts';
import { sharedStack } from '../support/stack.ts';

const stack = sharedStack();
const sql = new pg.Pool({ connectionString: stack.dbUrl, max: 1 });
const { rows: jobs } = await sql.query<{ jobname: string; command: string; username: string }>(
  'select jobname, command, username from cron.job order by jobname'
);
const commandOf = (name: string) => jobs.find(({ jobname }) => jobname === name)!.command;

afterAll(() => sql.end());

/** Asks until it is true: the stack's own worker may be at a row just now, and the job has passed it over. */
async function until(question: string, values: unknown[]): Promise<void> {
  for (;;) {
    const { rows } = await sql.query(question, values);
    if (Object.values(rows[0] as object)[0] === true) return;
    await sql.query('select pg_sleep(0.02)');
  }
}

test('there are jobs, and all are of the role that the migrations run as', () => {
  expect(jobs.length).toBeGreaterThan(5);
  expect(new Set(jobs.map(({ username }) => username))).toEqual(new Set(['postgres']));
});

test.each(jobs)('$jobname does not fail, whether there is something to do or not', async ({ command }) => {
  // One statement, outside of a transaction: it may commit as it goes.
  await sql.query(command);
});

describe('what is due', () => {
  let alice: Someone;
  let group: string;
  beforeAll(async () => {
    alice = await someone(stack, 'Alice');
    group = await startGroup(alice.supabase, []);
  });

  test('is sent, all of it in one run', async () => {
    const ids = Array.from({ length: 5 }, () => randomUUID());
    const send_at = new Date(Date.now() + 3_600_000).toISOString();
    for (const id of ids) {
      await given(alice.supabase.rpc('schedule_message', { conversation_id: group, id, content: 'later', send_at }));
    }
    await sql.query('update public.scheduled_messages set due_at = now() where id = any ($1)', [ids]);
    await sql.query(commandOf('send-scheduled'));
    await until('select count(*) = 5 from public.messages where id = any ($1)', [ids]);
  });

  test('disappears, all of it in one run', async () => {
    await given(alice.supabase.rpc('send_message', { conversation_id: group, id: randomUUID(), content: 'short-lived' }));
    await sql.query('update public.messages set expires_at = now() where conversation_id = $1', [group]);
    await sql.query(commandOf('expire-messages'));
    await until(`select bool_and(content = '') from public.messages where conversation_id = $1`, [group]);
  });
});
