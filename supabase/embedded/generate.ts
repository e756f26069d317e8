/**
 * `npm run types` writes what is made from the migrations: supabase/types.ts and docs/schema.md. With `--check` it says which of
 * them is not what it would write.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { databaseTypes } from './database-types.ts';
import { migrateDatabase } from './migrations/apply.ts';
import { PROJECT, ROOT } from './paths.ts';
import { freePort } from './ports.ts';
import { startDatabase } from './postgres/database.ts';
import { schemaDocument } from './schema-document.ts';

/** Each file, from the root, and what it should say for the database at a URL. */
const GENERATED: Record<string, (databaseUrl: string) => Promise<string>> = {
  'supabase/types.ts': databaseTypes,
  'docs/schema.md': schemaDocument
};

/** Those generated files that are not what the database at this URL asks for. */
export async function outdated(databaseUrl: string): Promise<string[]> {
  const names: string[] = [];
  for (const [file, make] of Object.entries(GENERATED)) {
    const present = await readFile(path.join(ROOT, file), 'utf8').catch(() => '');
    if (present !== (await make(databaseUrl))) names.push(file);
  }
  return names;
}

/** A database of its own, with nothing in it but what the migrations make. */
async function withMigratedDatabase<Result>(use: (url: string) => Promise<Result>): Promise<Result> {
  const home = await mkdtemp(path.join(tmpdir(), 'parley-types-'));
  const database = await startDatabase({ home, port: await freePort() });
  try {
    await migrateDatabase({ databaseUrl: database.url(), project: PROJECT, migrate: true, seeds: [] });
    return await use(database.url());
  } finally {
    await database.stop();
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  await withMigratedDatabase(async (url) => {
    if (!check) {
      for (const [file, make] of Object.entries(GENERATED)) await writeFile(path.join(ROOT, file), await make(url));
      return;
    }
    const names = await outdated(url);
    if (names.length === 0) return console.log('What is made from the database is current.');
    console.error(`${names.join(' and ')}: not what the migrations make. Run \`npm run types\`.`);
    process.exitCode = 1;
  });
}
