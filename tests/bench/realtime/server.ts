/** The Realtime server as a process of its own, on a database of its own: what the clients do is no part of what it costs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SignJWT } from 'jose';
import pg from 'pg';
import { startDatabase } from '../../../supabase/embedded/postgres/database.ts';
import { freePort } from '../../../supabase/embedded/ports.ts';

const SECRET = 'a-secret-of-at-least-32-characters-for-the-bench';
const MAIN = fileURLToPath(new URL('../../../supabase/embedded/realtime/main.ts', import.meta.url));

/** As an application's: a person's own topic, and rooms by membership. */
const POLICIES = `
  create table public.members (room text, user_id uuid, primary key (room, user_id));
  grant select on public.members to authenticated;
  create policy own_topic on realtime.messages for select to authenticated
    using ((select realtime.topic()) = 'user:' || (select auth.uid()));
  create policy room on realtime.messages for select to authenticated using (
    exists (select from public.members m where 'room:' || m.room = (select realtime.topic()) and m.user_id = (select auth.uid()))
  );`;

export interface Server {
  pid: number;
  /** Of the WebSocket, without its query. */
  url: string;
  /** Where RealtimeClient connects. */
  clientUrl: string;
  /** As `postgres`. */
  sql: pg.Pool;
  /** As `supabase_admin`, which the server is. */
  admin: pg.Pool;
  token(claims?: Record<string, unknown>): Promise<string>;
  /** What its process has used so far; unlike times this says the same on a busy machine. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

export async function startServer(): Promise<Server> {
  const home = await mkdtemp(path.join(tmpdir(), 'parley-bench-'));
  const [databasePort, port] = [await freePort(), await freePort()];
  const database = await startDatabase({ home, port: databasePort });
  const sql = new pg.Pool({ connectionString: database.url('postgres'), max: 16 });
  const admin = new pg.Pool({ connectionString: database.url('supabase_admin'), max: 1 });
  for (const pool of [sql, admin]) pool.on('error', () => undefined);
  await sql.query(POLICIES);
  const child = spawn(process.execPath, [...(process.env.BENCH_NODE_OPTIONS?.split(' ') ?? []), MAIN], {
    env: { ...process.env, PORT: String(port), DATABASE_URL: database.url('supabase_admin'), JWT_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'inherit']
  });
  await said(child, '"Started"');
  return {
    pid: child.pid!,
    url: `ws://127.0.0.1:${port}/socket/websocket`,
    clientUrl: `ws://127.0.0.1:${port}/socket`,
    sql,
    admin,
    token,
    async cpuMs() {
      const headers = { authorization: `Bearer ${await token({ role: 'service_role' })}` };
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).text();
      return Number(/^realtime_process_cpu_seconds_total (\S+)/m.exec(text)![1]) * 1_000;
    },
    async stop() {
      child.kill();
      await once(child, 'exit');
      await Promise.all([sql.end(), admin.end()]);
      await database.stop();
      await rm(home, { recursive: true, force: true });
    }
  };
}

function token(claims: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT({ role: 'authenticated', exp: Math.floor(Date.now() / 1_000) + 3_600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));
}

/** Waits until the process has printed this; what it prints later is read and forgotten. */
export async function said(child: ChildProcess, words: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (text: Buffer) => text.includes(words) && resolve());
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}`)));
  });
}
