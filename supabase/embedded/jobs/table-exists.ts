import type pg from 'pg';

/** Whether a table is there, asked in a way that leaves no error in the server's log where its extension is not created. */
export async function tableExists(pool: pg.Pool, name: string): Promise<boolean> {
  const { rows } = await pool.query<{ found: boolean }>('select to_regclass($1) is not null as found', [name]);
  return rows[0]!.found;
}
