/** A database of its own with a made-up platform in it, and its observer signed in as PostgREST would have it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrateDatabase } from '../../supabase/embedded/migrations/apply.ts';
import { PROJECT } from '../../supabase/embedded/paths.ts';
import { freePort } from '../../supabase/embedded/ports.ts';
import { startDatabase } from '../../supabase/embedded/postgres/database.ts';
import { type DatasetOptions, loadDataset, OBSERVER } from './dataset.ts';

export interface Platform {
  /** On it the observer is signed in. */
  observer: pg.Client;
  /** Past every rule. */
  admin: pg.Client;
  stop(): Promise<void>;
}

export async function startPlatform(dataset: Omit<DatasetOptions, 'databaseUrl'>): Promise<Platform> {
  const home = await mkdtemp(path.join(tmpdir(), 'parley-platform-'));
  const database = await startDatabase({ home, port: await freePort() });
  await migrateDatabase({ databaseUrl: database.url(), project: PROJECT, migrate: true, seeds: [] });
  await loadDataset({ databaseUrl: database.url(), ...dataset });
  const admin = await connect(database.url('supabase_admin'));
  await admin.query('update private.settings set send_rate = 1000000, send_burst = 1000000');
  const observer = await connect(database.url('authenticator'));
  await observer.query(`select set_config('request.jwt.claims', $1, false), set_config('role', 'authenticated', false)`, [
    JSON.stringify({ sub: OBSERVER, role: 'authenticated' })
  ]);
  return {
    observer,
    admin,
    async stop() {
      await Promise.all([observer.end(), admin.end()]);
      await database.stop();
      await rm(home, { recursive: true, force: true });
    }
  };
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
