/** The migrations of supabase/migrations: `<version>_<name>.sql`, in order of version. Other files are left alone, as the CLI does. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export interface MigrationFile {
  path: string;
  /** Digits: usually the time it was written, to the second. */
  version: string;
  name: string;
  sql: string;
}

export async function readMigrations(directory: string): Promise<MigrationFile[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = names.sort().flatMap((file) => {
    const [, version, name] = /^(\d+)_(.*)\.sql$/.exec(file) ?? [];
    return version === undefined ? [] : [{ path: path.join(directory, file), version, name: name! }];
  });
  return Promise.all(files.map(async (file) => ({ ...file, sql: await readFile(file.path, 'utf8') })));
}
