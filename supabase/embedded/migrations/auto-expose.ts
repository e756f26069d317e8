/** What `api.auto_expose_new_tables` of config.toml stands for: whether the API reaches a table that no migration granted. */
import pg from 'pg';

/** As Supabase has it unless told otherwise: what `postgres` makes in `public` is open to the API roles, and RLS alone protects it. */
const EXPOSE = ['tables', 'sequences', 'functions']
  .map((kind) => `alter default privileges in schema public grant all on ${kind} to anon, authenticated, service_role;`)
  .join('\n');

/** For a new database, before its migrations. `databaseUrl` is of the role `postgres`, whose objects these will be. */
export async function exposeNewTables(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(EXPOSE);
  } finally {
    await client.end();
  }
}
