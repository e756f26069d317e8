import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import type { Form } from './forms.ts';

/** Where in the files of a folder one of the forms lies, as "path: form". What goes away while it is read holds nothing any more. */
export async function filesWith(forms: readonly Form[], folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    for (const { name, bytes: form } of forms) if (bytes.includes(form)) found.push(`${path.relative(folder, file)}: ${name}`);
  }
  return found;
}

/** Which tables, of all schemas, have a row in which one of the forms stands: what is compressed on the disk is seen here. */
export async function tablesWith(forms: readonly Form[], database: pg.Pool | pg.Client): Promise<string[]> {
  const { rows: tables } = await database.query<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    order by 1`);
  // Rows are read as text, in which bytes stand in hexadecimal.
  const texts = forms.map(({ bytes }) => bytes.toString('latin1')).filter((form) => /^[ -~]+$/.test(form));
  const found: string[] = [];
  for (const { name } of tables) {
    const { rowCount } = await database.query(
      `select from ${name} t where exists (select from unnest($1::text[]) f where strpos(t::text, f) > 0) limit 1`,
      [texts]
    );
    if (rowCount) found.push(name);
  }
  return found;
}
