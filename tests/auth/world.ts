/** A database, a mail catcher and Auth, as real as in the stack, for one test file. */
import { createClient, type SupabaseClient, type SupabaseClientOptions } from '@supabase/supabase-js';
import fastify, { type FastifyInstance } from 'fastify';
import { SignJWT } from 'jose';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { auth, type AuthOptions } from '../../supabase/embedded/auth/plugin.ts';
import { startMail } from '../../supabase/embedded/mail/mail.ts';
import type { Message } from '../../supabase/embedded/mail/message.ts';
import { startDatabase } from '../../supabase/embedded/postgres/database.ts';
import { freePorts } from '../support/ports.ts';

export const JWT_SECRET = 'a-secret-for-tests-that-is-long-enough-for-hs256';
export const SITE_URL = 'http://127.0.0.1:3000';
export const PASSWORD = 'correct horse 9';

export type Config = NonNullable<AuthOptions['config']>;

export interface Server {
  app: FastifyInstance;
  url: string;
  /** A client of its own, with its own session, as in a browser of its own. */
  client(options?: SupabaseClientOptions<'public'>['auth']): SupabaseClient;
  /** One with the secret key. */
  admin: SupabaseClient;
  /** Plain HTTP, for what no client sends. Text is sent as it is. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows what it asked for
  body: any;
}

export interface World {
  db: pg.Pool;
  /** As the role that runs a project's migrations and seeds. */
  postgres: pg.Pool;
  mailUrl: string;
  smtpPort: number;
  serve(config?: Config): Promise<Server>;
  /** The newest mail to an address. */
  mailTo(address: string): Promise<Message & { link: string; code: string }>;
  mailCount(address: string): Promise<number>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const home = await mkdtemp(path.join(tmpdir(), 'parley-auth-'));
  const [databasePort, smtpPort, webPort] = (await freePorts(3)) as [number, number, number];
  const database = await startDatabase({ home, port: databasePort });
  const mail = await startMail({ smtpPort, webPort });
  const db = new pg.Pool({ connectionString: database.url('supabase_admin'), max: 2 });
  const postgres = new pg.Pool({ connectionString: database.url('postgres'), max: 2 });
  for (const pool of [db, postgres]) pool.on('error', () => {});
  const servers: FastifyInstance[] = [];

  const read = async <T>(path: string): Promise<T> => (await (await fetch(`${mail.url}/api/v1/${path}`)).json()) as T;
  const search = (address: string): Promise<{ messages_count: number; messages: { ID: string }[] }> =>
    read(`search?query=${encodeURIComponent(`to:"${address}"`)}`);

  return {
    db,
    postgres,
    mailUrl: mail.url,
    smtpPort,
    async serve(config = {}) {
      const [port] = (await freePorts(1)) as [number];
      const app = fastify();
      await app.register(auth, {
        prefix: '/auth/v1',
        databaseUrl: database.url('supabase_auth_admin'),
        jwtSecret: JWT_SECRET,
        apiUrl: `http://127.0.0.1:${port}`,
        smtp: { host: '127.0.0.1', port: smtpPort },
        // The least work that bcrypt knows, so that a hundred sign-ups take no minute.
        passwordCost: 4,
        config: { site_url: SITE_URL, ...config, email: { max_frequency: '0', ...config.email } }
      });
      await app.listen({ host: '127.0.0.1', port });
      servers.push(app);
      return server(app, `http://127.0.0.1:${port}`);
    },
    async mailTo(address) {
      const [newest] = (await search(address)).messages;
      if (newest === undefined) throw new Error(`No mail to ${address}`);
      const message = await read<Message>(`message/${newest.ID}`);
      const link = /http\S+/.exec(message.Text)?.[0] ?? '';
      return { ...message, link, code: /\b\d{6,10}$/m.exec(message.Text)?.[0] ?? '' };
    },
    async mailCount(address) {
      return (await search(address)).messages_count;
    },
    async stop() {
      for (const app of servers) await app.close();
      await Promise.all([db.end(), postgres.end(), mail.stop()]);
      await database.stop();
      await rm(home, { recursive: true, force: true });
    }
  };
}

async function server(app: FastifyInstance, url: string): Promise<Server> {
  const anonKey = await projectKey('anon');
  const client: Server['client'] = (options) =>
    createClient(url, anonKey, { auth: { autoRefreshToken: false, storageKey: crypto.randomUUID(), ...options } });
  return {
    app,
    url,
    client,
    admin: createClient(url, await projectKey('service_role'), { auth: { autoRefreshToken: false, persistSession: false } }),
    async send(method, path, body, headers = {}) {
      const response = await fetch(path.startsWith('http') ? path : `${url}/auth/v1${path}`, {
        method,
        redirect: 'manual',
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
    }
  };
}

export function projectKey(role: string): Promise<string> {
  return new SignJWT({ role })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('supabase')
    .setIssuedAt()
    .setExpirationTime('10y')
    .sign(secret);
}

export const secret = new TextEncoder().encode(JWT_SECRET);

/** Visits a link from a mail as a browser does, and answers where it leads. */
export async function visit(link: string): Promise<{ url: URL; query: URLSearchParams; fragment: URLSearchParams }> {
  const response = await fetch(link, { redirect: 'manual' });
  if (response.status !== 303) throw new Error(`${response.status}: ${await response.text()}`);
  const url = new URL(response.headers.get('location')!);
  return { url, query: url.searchParams, fragment: new URLSearchParams(url.hash.slice(1)) };
}

let people = 0;
/** An address that nobody has had before. */
export const newEmail = (name = 'person'): string => `${name}.${process.pid}.${++people}@example.com`;
