/**
 * Runs the pgTAP files of a folder without `psql` and `pg_prove`, as `supabase test db` would: in alphabetical order, each
 * in a connection of its own, as the role `postgres`.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { judgeTap, parseTap, type TapVerdict } from './tap.ts';

export interface PgTapFile extends TapVerdict {
  file: string;
}

export interface PgTapOptions {
  databaseUrl: string;
  directory: string;
  /** Runs the files whose name contains this, besides those that set up (`000-…`) and clear away (`999-…`). */
  only?: string;
  onFile?: (result: PgTapFile) => void;
}

export async function runPgTap({ databaseUrl, directory, only = '', onFile }: PgTapOptions): Promise<PgTapFile[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const results: PgTapFile[] = [];
  for (const file of files.filter((name) => /^(000|999)-/.test(name) || name.includes(only))) {
    const result = { file, ...(await runFile(databaseUrl, await readFile(path.join(directory, file), 'utf8'))) };
    onFile?.(result);
    results.push(result);
  }
  return results;
}

async function runFile(databaseUrl: string, sql: string): Promise<TapVerdict> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'pgtap' });
  await client.connect();
  const lines: string[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      // Rows are taken as they come, so that what a file said before it stopped is not lost.
      const query = new pg.Query({ text: sql, rowMode: 'array' });
      query.on('row', (row) => lines.push(...(row as unknown[]).filter((value) => typeof value === 'string')));
      query.on('end', () => resolve());
      query.on('error', reject);
      client.query(query);
    });
    return judgeTap(parseTap(lines.join('\n')));
  } catch (error) {
    return judgeTap(parseTap(lines.join('\n')), describe(error as pg.DatabaseError, sql));
  } finally {
    await client.end();
  }
}

function describe(error: pg.DatabaseError, sql: string): string {
  const line = error.position === undefined ? '' : ` (line ${sql.slice(0, Number(error.position)).split('\n').length})`;
  return [`${error.code ?? ''} ${error.message}${line}`.trim(), error.detail, error.where].filter(Boolean).join('\n');
}
