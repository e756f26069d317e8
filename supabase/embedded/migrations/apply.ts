/**
 * Brings a database up to supabase/migrations and, when it is new, fills it from the seed. Keeps the same record as the Supabase
 * CLI, in `supabase_migrations`, so that `supabase migration up`, `db push` and this code see each other's work.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { StackError } from '../errors.ts';
import { type MigrationFile, readMigrations } from './files.ts';
import { lineAt, splitStatements } from './split.ts';

export interface MigrateOptions {
  /** As the role `postgres`. */
  databaseUrl: string;
  /** The folder of config.toml. */
  project: string;
  migrate: boolean;
  /** Seed files, relative to the project, each applied once; none when the database is not to be seeded. */
  seeds: readonly string[];
}

export interface MigrateResult {
  /** Names of the files that were applied. */
  applied: string[];
  seeded: string[];
  /** Versions that the database has and the folder lacks: it was made from other files. */
  unknown: string[];
}

const RECORD = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
  alter table supabase_migrations.schema_migrations add column if not exists statements text[];
  alter table supabase_migrations.schema_migrations add column if not exists name text;
  create table if not exists supabase_migrations.seed_files (path text not null primary key, hash text not null);`;

/** @throws {StackError} migration_failed, with file, line and reason; what came before that file stays applied. */
export async function migrateDatabase({ databaseUrl, project, migrate, seeds }: MigrateOptions): Promise<MigrateResult> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(RECORD);
    const files = migrate ? await readMigrations(path.join(project, 'migrations')) : [];
    const versions = await recorded(client, 'select version as key from supabase_migrations.schema_migrations');
    const pending = files.filter(({ version }) => !versions.has(version));
    for (const file of pending) await applyMigration(client, file);
    const known = new Set(files.map(({ version }) => version));
    return {
      applied: pending.map((file) => path.basename(file.path)),
      seeded: await applySeeds(client, project, seeds),
      unknown: migrate ? [...versions].filter((version) => !known.has(version)).sort() : []
    };
  } finally {
    await client.end();
  }
}

async function applyMigration(client: pg.Client, file: MigrationFile): Promise<void> {
  const statements = await runFile(client, file.path, file.sql, (texts) =>
    client.query('insert into supabase_migrations.schema_migrations (version, statements, name) values ($1, $2, $3)', [
      file.version,
      texts,
      file.name
    ])
  );
  if (statements === 0) throw new StackError('migration_failed', { file: path.basename(file.path), reason: 'it is empty' });
}

async function applySeeds(client: pg.Client, project: string, seeds: readonly string[]): Promise<string[]> {
  const done = await recorded(client, 'select path as key from supabase_migrations.seed_files');
  const applied: string[] = [];
  for (const seed of seeds) {
    // The CLI records a seed by its path from the root of the checkout.
    const key = path.posix.join(path.basename(project), seed);
    if (done.has(key)) continue;
    const file = path.join(project, seed);
    const sql = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (sql === undefined) continue;
    await runFile(client, file, sql, () =>
      client.query('insert into supabase_migrations.seed_files (path, hash) values ($1, $2)', [
        key,
        createHash('sha256').update(sql).digest('hex')
      ])
    );
    applied.push(seed);
  }
  return applied;
}

/** Runs the statements of a file and `record` in one transaction. Returns how many statements there were. */
async function runFile(
  client: pg.Client,
  file: string,
  sql: string,
  record: (statements: string[]) => Promise<unknown>
): Promise<number> {
  const statements = splitStatements(sql);
  await client.query('reset all; begin');
  try {
    for (const { text, line } of statements) {
      try {
        await client.query(text);
      } catch (cause) {
        throw failure(file, text, line, cause as Error);
      }
    }
    await client.query('reset role');
    await record(statements.map(({ text }) => text));
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
  return statements.length;
}

function failure(file: string, statement: string, line: number, cause: Error): StackError {
  const { position, detail, hint } = cause as pg.DatabaseError;
  const at = position === undefined ? line : line + lineAt(statement, Number(position) - 1) - 1;
  const more = [detail, hint].filter(Boolean).map((text) => `\n  ${text}`);
  const reason = `${cause.message}${more.join('')}\n  in the statement that starts with: ${statement.split('\n', 1)[0]}`;
  return new StackError('migration_failed', { file: `${path.basename(file)}, line ${at}`, reason }, { cause });
}

async function recorded(client: pg.Client, query: string): Promise<Set<string>> {
  const { rows } = await client.query<{ key: string }>(query);
  return new Set(rows.map(({ key }) => key));
}
