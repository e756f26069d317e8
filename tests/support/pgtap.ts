/**
 * Runs the pgTAP files of a folder without `psql` and `pg_prove`, as `supabase test db` would: in alphabetical order, each
 * in a connection of its own, as the role `postgres`.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { splitStatements } from '../../supabase/embedded/migrations/split.ts';
import { judgeTap, parseTap, type TapVerdict } from './tap.ts';

export interface PgTapFile extends TapVerdict {
  file: string;
}

export interface PgTapOptions {
  databaseUrl: string;
  directory: string;
  /** Runs the files whose name contains one of these, besides those that set up (`000-…`) and clear away (`999-…`); all when empty. */
  only?: string[];
  onFile?: (result: PgTapFile) => void;
}

export async function runPgTap({ databaseUrl, directory, only = [], onFile }: PgTapOptions): Promise<PgTapFile[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const results: PgTapFile[] = [];
  for (const file of files.filter(
    (name) => /^(000|999)-/.test(name) || only.length === 0 || only.some((part) => name.includes(part))
  )) {
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
  const verdict = (error?: string) => judgeTap(parseTap(lines.join('\n')), error);
  try {
    for (const { text, line } of splitStatements(sql)) {
      try {
        const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
        lines.push(...rows.flat().filter((value) => typeof value === 'string'));
      } catch (error) {
        return verdict(describe(error as pg.DatabaseError, line));
      }
    }
    return verdict();
  } finally {
    await client.end();
  }
}

function describe({ code, message, detail, where }: pg.DatabaseError, line: number): string {
  return [`line ${line}: ${code ?? ''} ${message}`, detail, where].filter(Boolean).join('\n');
}
