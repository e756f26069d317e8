/**
 * The stack's database from nothing to what a new Supabase project has: roles, schemas, and the tables of Auth, Storage
 * and Realtime. Parley's own schema comes afterwards, by migrations, as the role `postgres`.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { StackError } from '../errors.ts';
import type { Running } from '../process/supervise.ts';
import { Cluster, initCluster } from './cluster.ts';
import { preparePostgres } from './runtime.ts';

/** What a new project's database consists of, in order. Each service keeps its own part beside its code. */
const PARTS = [
  'bootstrap/1-roles.sql',
  'bootstrap/2-schemas.sql',
  '../auth/schema.sql',
  '../storage/schema.sql',
  '../realtime/schema.sql',
  '../realtime/changes.sql',
  '../jobs/schema.sql',
  'bootstrap/3-event-triggers.sql'
].map((part) => fileURLToPath(new URL(part, import.meta.url)));

/** Password of every login role, as with `supabase start`: the server listens on this machine only. */
export const PASSWORD = 'postgres';

export interface DatabaseOptions {
  /** Folder of the stack's state; the data directory is `db` in it. */
  home: string;
  port: number;
  /** Settings beyond the stack's own, as `name: value`. */
  settings?: Record<string, string>;
}

export interface Database {
  /** True when it was made by this start. */
  created: boolean;
  /** Connection string for one of the login roles. */
  url(role?: string): string;
  /** The server as a service to be kept running: it runs already at the first call, and is started again by later ones. */
  serve(): Promise<Running>;
  stop(): Promise<void>;
}

/** Starts the database of `home`, making it first where there is none. */
export async function startDatabase({ home, port, settings }: DatabaseOptions): Promise<Database> {
  await mkdir(path.join(home, 'logs'), { recursive: true });
  const data = path.join(home, 'db');
  const unfinished = path.join(home, 'db.creating');
  const version = path.join(home, 'db.version');
  // The marker says that a start of ours was making the directory and did not get to its end: nothing is in it yet.
  if (existsSync(unfinished)) await rm(data, { recursive: true, force: true });
  const created = !existsSync(data);
  const fingerprint = await partsFingerprint();
  if (!created) await checkExisting(data, version, fingerprint);

  const runtime = await preparePostgres();
  const cluster = new Cluster({ runtime, data, port, logFile: path.join(home, 'logs', 'postgres.log'), settings });
  const url = (role = 'postgres') => `postgresql://${role}:${PASSWORD}@127.0.0.1:${port}/postgres`;
  if (created) {
    await writeFile(unfinished, '');
    await initCluster({ runtime, data }, 'supabase_admin', PASSWORD);
  }
  await cluster.start();
  try {
    if (created) {
      await applyParts(url('supabase_admin'));
      await writeFile(version, fingerprint);
      await rm(unfinished);
    }
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  const stop = () => cluster.stop();
  let served = false;
  const serve = async () => {
    if (served) await cluster.start();
    served = true;
    return { exited: cluster.exited, stop };
  };
  return { created, url, serve, stop };
}

async function checkExisting(data: string, version: string, fingerprint: string): Promise<void> {
  const complete = ['PG_VERSION', 'global/pg_control', 'pg_hba.conf'].every((name) => existsSync(path.join(data, name)));
  if (!complete || !existsSync(version)) throw new StackError('database_incomplete', { path: data });
  if ((await readFile(version, 'utf8')) !== fingerprint) throw new StackError('database_outdated', { path: data });
}

async function partsFingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const part of PARTS) if (existsSync(part)) hash.update(await readFile(part));
  return hash.digest('hex');
}

async function applyParts(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const part of PARTS) {
      if (!existsSync(part)) continue;
      try {
        await client.query(`begin;\n${await readFile(part, 'utf8')}\ncommit;`);
      } catch (cause) {
        throw new Error(`${path.basename(path.dirname(part))}/${path.basename(part)}: ${(cause as Error).message}`, { cause });
      }
      await client.query('reset all; reset role;');
    }
  } finally {
    await client.end();
  }
}
