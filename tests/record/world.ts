/** A database with the migrations, and people with many connections each. No gateway: what is tested here is Postgres itself. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrateDatabase } from '../../supabase/embedded/migrations/apply.ts';
import { PROJECT } from '../../supabase/embedded/paths.ts';
import { freePort } from '../../supabase/embedded/ports.ts';
import { startDatabase } from '../../supabase/embedded/postgres/database.ts';

export interface Person {
  id: string;
  name: string;
}

/** A connection on which a person is signed in, as PostgREST would have it. */
export interface Session {
  pid: number;
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** The only value of the only row. */
  value<Value>(text: string, values?: unknown[]): Promise<Value>;
  close(): Promise<void>;
}

export interface World {
  /** As superuser, past every rule. */
  admin: pg.Pool;
  people(count: number, prefix?: string): Promise<Person[]>;
  signIn(person: Person): Promise<Session>;
  group(owner: Person, members: Person[]): Promise<string>;
  /** Ends the server's side of a connection, in whatever it is doing. */
  kill(pid: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const home = await mkdtemp(path.join(tmpdir(), 'parley-record-'));
  // So that the order of commits can be asked for afterwards.
  const database = await startDatabase({ home, port: await freePort(), settings: { track_commit_timestamp: 'on' } });
  await migrateDatabase({ databaseUrl: database.url(), project: PROJECT, migrate: true, seeds: [] });
  const admin = new pg.Pool({ connectionString: database.url('supabase_admin'), max: 4 });
  admin.on('error', () => undefined);
  await admin.query('update private.settings set send_rate = 1000000, send_burst = 1000000');
  const open = new Set<pg.Client>();

  async function signIn({ id }: Person): Promise<Session> {
    const client = new pg.Client({ connectionString: database.url('authenticator') });
    // A connection that is killed says so; whoever uses it gets the error of their query.
    client.on('error', () => open.delete(client));
    await client.connect();
    open.add(client);
    const claims = JSON.stringify({ sub: id, role: 'authenticated' });
    await client.query(`select set_config('request.jwt.claims', $1, false), set_config('role', 'authenticated', false)`, [
      claims
    ]);
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const query: Session['query'] = async (text, values) => (await client.query(text, values)).rows;
    return {
      pid: rows[0]!.pid,
      query,
      value: async <Value>(text: string, values?: unknown[]) => Object.values((await query(text, values))[0]!)[0] as Value,
      close: async () => {
        open.delete(client);
        await client.end();
      }
    };
  }

  return {
    admin,
    signIn,
    async people(count, prefix = 'p') {
      const people = Array.from({ length: count }, (_, n) => ({ id: randomUUID(), name: `${prefix}${n + 1}` }));
      await admin.query(
        `insert into auth.users (id, email, aud, role, raw_user_meta_data)
         select id, id || '@record.example', 'authenticated', 'authenticated', jsonb_build_object('display_name', name)
         from unnest($1::uuid[], $2::text[]) as u (id, name)`,
        [people.map(({ id }) => id), people.map(({ name }) => name)]
      );
      return people;
    },
    async group(owner, members) {
      const session = await signIn(owner);
      const id = await session.value<string>('select id from public.create_group($1, $2)', [
        'Group',
        members.slice(0, 400).map((m) => m.id)
      ]);
      for (let from = 400; from < members.length; from += 400) {
        await session.query('select public.add_members($1, $2)', [id, members.slice(from, from + 400).map((m) => m.id)]);
      }
      await session.close();
      return id;
    },
    async kill(pid) {
      await admin.query('select pg_terminate_backend($1)', [pid]);
    },
    async stop() {
      await Promise.all([...open].map((client) => client.end()));
      await admin.end();
      await database.stop();
      await rm(home, { recursive: true, force: true });
    }
  };
}
