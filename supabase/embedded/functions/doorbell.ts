/** Where the Edge Functions are, told to the database that calls them; on the hosted platform an operator does this once. */
import pg from 'pg';

/** Does nothing in a project whose migrations have no such place. */
export async function hangDoorbell(databaseUrl: string, functionsUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ found: boolean }>(`select to_regclass('private.doorbell') is not null as found`);
    if (rows[0]!.found) await client.query('update private.doorbell set functions_url = $1', [functionsUrl]);
  } finally {
    await client.end();
  }
}
