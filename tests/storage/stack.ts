/** Storage alone on a database of its own, and people to use it with the real client library. */
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import fastify, { type FastifyInstance } from 'fastify';
import { SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type Database, type DatabaseOptions, startDatabase } from '../../supabase/embedded/postgres/database.ts';
import { storage, type StorageOptions } from '../../supabase/embedded/storage/plugin.ts';
import { freePorts } from '../support/ports.ts';

export const JWT_SECRET = 'a-secret-of-at-least-thirty-two-characters';

export interface Person {
  id: string;
  token: string;
  client: SupabaseClient;
}

export interface StorageStack {
  url: string;
  directory: string;
  database: Database;
  /** What startDatabase() was given. */
  place: DatabaseOptions;
  /** Tables' owner, whom policies do not concern. */
  admin: pg.Pool;
  service: SupabaseClient;
  anon: SupabaseClient;
  person(): Promise<Person>;
  /** Ends the server and starts it anew on the same files. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export function token(claims: Record<string, unknown>, expires: string | number = '1h'): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(JWT_SECRET));
}

export async function startStorageStack(options: Partial<StorageOptions> = {}): Promise<StorageStack> {
  const home = await mkdtemp(path.join(tmpdir(), 'parley-storage-'));
  const [databasePort, port] = (await freePorts(2)) as [number, number];
  const place = { home, port: databasePort };
  const database = await startDatabase(place);
  const directory = path.join(home, 'storage');
  const admin = new pg.Pool({ connectionString: database.url('supabase_admin'), max: 2 });
  admin.on('error', () => undefined);
  let app = await serve();

  async function serve(): Promise<FastifyInstance> {
    const server = fastify();
    await server.register(storage, {
      prefix: '/storage/v1',
      databaseUrl: database.url('supabase_storage_admin'),
      jwtSecret: JWT_SECRET,
      directory,
      fileSizeLimit: 50 * 1024 * 1024,
      ...options
    });
    await server.listen({ port, host: '127.0.0.1' });
    return server;
  }

  const url = `http://127.0.0.1:${port}`;
  const as = (bearer: string) => createClient(url, 'key', { accessToken: async () => bearer });
  const stack: StorageStack = {
    url,
    directory,
    database,
    place,
    admin,
    service: as(await token({ role: 'service_role', iss: 'supabase' })),
    anon: as(await token({ role: 'anon', iss: 'supabase' })),
    async person() {
      const id = randomUUID();
      const bearer = await token({ sub: id, role: 'authenticated', aud: 'authenticated' });
      return { id, token: bearer, client: as(bearer) };
    },
    async restart() {
      await app.close();
      app = await serve();
    },
    async stop() {
      await app.close();
      await admin.end();
      await stack.database.stop();
      await rm(home, { recursive: true, force: true });
    }
  };
  return stack;
}

/** As role `postgres`, as migrations do: each person has a folder of the bucket for herself. */
export async function makePrivateFolders(stack: StorageStack, bucket: string): Promise<void> {
  const client = new pg.Client({ connectionString: stack.database.url('postgres') });
  await client.connect();
  const own = `bucket_id = '${bucket}' and (storage.foldername(name))[1] = (select auth.uid())::text`;
  try {
    await client.query(`
      insert into storage.buckets (id, name) values ('${bucket}', '${bucket}');
      create policy ${bucket}_select on storage.objects for select to authenticated using (${own});
      create policy ${bucket}_insert on storage.objects for insert to authenticated with check (${own});
      create policy ${bucket}_update on storage.objects for update to authenticated using (${own});
      create policy ${bucket}_delete on storage.objects for delete to authenticated using (${own});
    `);
  } finally {
    await client.end();
  }
}

/** What a refused call of the client says, without its class. */
export async function refusal(call: PromiseLike<{ error: unknown }>): Promise<Record<string, unknown>> {
  const { error } = await call;
  if (!error) throw new Error('it was not refused');
  const { message, status, statusCode, code } = error as unknown as Record<string, unknown>;
  return { message, status, statusCode, code };
}
