/** A database, a Realtime server on it, and people with tokens: what the tests of this folder begin with. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RealtimeClient, type RealtimeClientOptions } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import pg from 'pg';
import { createLog } from '../../supabase/embedded/realtime/log.ts';
import type { RealtimeOptions } from '../../supabase/embedded/realtime/options.ts';
import { type Realtime, startRealtime } from '../../supabase/embedded/realtime/server.ts';
import { startDatabase, type Database } from '../../supabase/embedded/postgres/database.ts';
import { freePorts } from '../support/ports.ts';
import { Inbox } from './listening.ts';

export const JWT_SECRET = 'a-secret-of-at-least-32-characters-for-tests';
const HOUR_S = 3_600;

/** Policies like an application's: one's own topic is the database's to write, a room is its members'. */
const POLICIES = `
  create table public.room_members (room text, user_id uuid, primary key (room, user_id));
  alter table public.room_members enable row level security;
  grant select on public.room_members to authenticated;
  create policy room_members_select on public.room_members for select to authenticated using (user_id = (select auth.uid()));
  create policy own_topic_select on realtime.messages for select to authenticated
    using ((select realtime.topic()) = 'user:' || (select auth.uid()));
  create policy room_select on realtime.messages for select to authenticated using (
    exists (select from public.room_members m where 'room:' || m.room = (select realtime.topic()) and m.user_id = (select auth.uid()))
  );
  create policy room_insert on realtime.messages for insert to authenticated with check (
    exists (select from public.room_members m where 'room:' || m.room = (select realtime.topic()) and m.user_id = (select auth.uid()))
  );
`;

export interface Person {
  id: string;
  token: string;
}

export interface LogEntry {
  level: string;
  code: string;
  message: string;
}

export interface World {
  database: Database;
  realtime: Realtime;
  /** As `postgres`, the role of migrations. */
  sql: pg.Pool;
  /** As the superuser. */
  admin: pg.Pool;
  /** What the server logged, one object a line. */
  log: Inbox<LogEntry>;
  url: string;
  /** Somebody new, with a token of their own. */
  person(claims?: Record<string, unknown>): Promise<Person>;
  token(claims: Record<string, unknown>): Promise<string>;
  /** A client connected with this token; closed at the end of the world. */
  client(token: string, options?: RealtimeClientOptions): RealtimeClient;
  /** A room with these members. */
  room(...members: Person[]): Promise<string>;
  restartRealtime(): Promise<void>;
  restartDatabase(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorld(options: Partial<RealtimeOptions> = {}): Promise<World> {
  const home = await mkdtemp(path.join(tmpdir(), 'parley-realtime-'));
  const [databasePort, port] = await freePorts(2);
  const database = await startDatabase({ home, port: databasePort! });
  const sql = quietPool(database.url('postgres'));
  const admin = quietPool(database.url('supabase_admin'));
  await sql.query(POLICIES);
  const log = new Inbox<LogEntry>();
  const start = () =>
    startRealtime({
      databaseUrl: database.url('supabase_admin'),
      jwtSecret: JWT_SECRET,
      port: port!,
      log: createLog('debug', (line) => log.put(JSON.parse(line) as LogEntry)),
      ...options
    });
  const clients: RealtimeClient[] = [];

  const world: World = {
    database,
    realtime: await start(),
    sql,
    admin,
    log,
    url: `ws://127.0.0.1:${port}/socket`,
    token: (claims) => sign(claims),
    async person(claims = {}) {
      const id = randomUUID();
      return { id, token: await sign({ sub: id, ...claims }) };
    },
    client(token, clientOptions = {}) {
      const client = new RealtimeClient(world.url, { ...clientOptions, params: { apikey: token, ...clientOptions.params } });
      clients.push(client);
      return client;
    },
    async room(...members) {
      const room = randomUUID();
      await sql.query('insert into room_members select $1, unnest($2::uuid[])', [room, members.map(({ id }) => id)]);
      return `room:${room}`;
    },
    async restartRealtime() {
      await world.realtime.stop();
      world.realtime = await start();
    },
    async restartDatabase() {
      await world.database.stop();
      world.database = await startDatabase({ home, port: databasePort! });
    },
    async stop() {
      await Promise.all(clients.map((client) => client.disconnect()));
      await world.realtime.stop();
      await Promise.all([sql.end(), admin.end()]);
      await world.database.stop();
      await rm(home, { recursive: true, force: true });
    }
  };
  return world;
}

function sign(claims: Record<string, unknown>): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ role: 'authenticated', exp: now + HOUR_S, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(JWT_SECRET));
}

function quietPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 4 });
  pool.on('error', () => undefined);
  return pool;
}
