/**
 * What the same Postgres does with the bare statement: bump a conversation's row and insert the message, one transaction, no
 * policies, no triggers, no receipts, no HTTP. By pgbench where it is installed, else by a loop of our own, which is named so.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

export interface Baseline {
  tool: 'pgbench' | 'own loop with pg (pgbench is not installed)';
  clients: number;
  perSecond: number;
  /** Mean time of a transaction, in milliseconds. */
  meanMs: number;
}

export interface BaselineOptions {
  databaseUrl: string;
  conversations: number;
  clients: number;
  seconds: number;
}

const BODY = 'x'.repeat(200);

const STATEMENT = (room: string) => `
  with bumped as (update bench.conversations set last_seq = last_seq + 1 where id = ${room} returning id, last_seq)
  insert into bench.messages (conversation_id, seq, sender_id, content) select id, last_seq, gen_random_uuid(), '${BODY}' from bumped;`;

export async function measureBaseline(options: BaselineOptions): Promise<Baseline> {
  const client = new pg.Client({ connectionString: options.databaseUrl });
  await client.connect();
  try {
    await client.query(`
      drop schema if exists bench cascade;
      create schema bench;
      create table bench.conversations (id int primary key, last_seq bigint not null default 0) with (fillfactor = 70);
      create table bench.messages (
        conversation_id int not null, seq bigint not null, id uuid not null default gen_random_uuid(), sender_id uuid not null,
        content text not null, created_at timestamptz not null default now(), primary key (conversation_id, seq), unique (sender_id, id)
      );
      insert into bench.conversations select n from generate_series(1, ${options.conversations}) n;`);
    const hasPgbench = spawnSync('pgbench', ['--version'], { stdio: 'ignore' }).status === 0;
    return hasPgbench ? await byPgbench(options) : await byLoop(options);
  } finally {
    await client.query('drop schema if exists bench cascade');
    await client.end();
  }
}

async function byPgbench({ databaseUrl, conversations, clients, seconds }: BaselineOptions): Promise<Baseline> {
  const directory = await mkdtemp(path.join(tmpdir(), 'parley-bench-'));
  try {
    const script = path.join(directory, 'insert.sql');
    await writeFile(script, `\\set room random(1, ${conversations})\n${STATEMENT(':room').replaceAll('\n', ' ').trim()}\n`);
    const args = ['-n', '-M', 'prepared', '-c', `${clients}`, '-j', '1', '-T', `${seconds}`, '-f', script, databaseUrl];
    const { stdout } = await promisify(execFile)('pgbench', args);
    return {
      tool: 'pgbench',
      clients,
      perSecond: figure(stdout, /^tps = ([\d.]+)/m),
      meanMs: figure(stdout, /^latency average = ([\d.]+)/m)
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function figure(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`pgbench said something else than expected:\n${text}`);
  return Number(found);
}

async function byLoop({ databaseUrl, conversations, clients, seconds }: BaselineOptions): Promise<Baseline> {
  const end = performance.now() + seconds * 1000;
  let transactions = 0;
  let busyMs = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      while (performance.now() < end) {
        const started = performance.now();
        await client.query({
          name: 'insert',
          text: STATEMENT('$1::int'),
          values: [1 + Math.floor(Math.random() * conversations)]
        });
        busyMs += performance.now() - started;
        transactions += 1;
      }
      await client.end();
    })
  );
  return {
    tool: 'own loop with pg (pgbench is not installed)',
    clients,
    perSecond: transactions / seconds,
    meanMs: busyMs / transactions
  };
}
