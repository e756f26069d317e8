/** The people of supabase/seed.sql, for trying things out: whoever still has the password that the seed names. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { PROJECT } from './paths.ts';

export interface DemoPerson {
  email: string;
  password: string;
  name: string;
}

/** Empty when the database was not seeded. */
export async function demoPeople(databaseUrl: string): Promise<DemoPerson[]> {
  const seed = await readFile(path.join(PROJECT, 'seed.sql'), 'utf8').catch(() => '');
  const [, password] = /^-- Everybody's password is (\S+)\.$/m.exec(seed) ?? [];
  if (!password) return [];
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ email: string; name: string }>(
      `select email, coalesce(raw_user_meta_data->>'display_name', email) as name
         from auth.users
        where email like '%@parley.test' and encrypted_password = extensions.crypt($1, encrypted_password)
        order by email`,
      [password]
    );
    return rows.map((row) => ({ ...row, password }));
  } finally {
    await client.end();
  }
}
