/** docs/schema.md: the tables and views of Parley, as the database itself describes them. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { PROJECT } from './paths.ts';

interface Column {
  name: string;
  type: string;
  comment: string | null;
}

interface Relation {
  schema: 'public' | 'private';
  name: string;
  kind: 'table' | 'view';
  comment: string | null;
  columns: Column[];
}

interface Reference {
  from: string;
  to: string;
  columns: string[];
  /** The referring row may be without. */
  optional: boolean;
  /** There is at most one such row. */
  unique: boolean;
}

const RELATIONS = `
  select n.nspname as schema, c.relname as name, case c.relkind when 'v' then 'view' else 'table' end as kind,
    obj_description(c.oid, 'pg_class') as comment,
    (
      select json_agg(json_build_object(
        'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then '' else '?' end,
        'comment', col_description(c.oid, a.attnum)
      ) order by a.attnum)
      from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    ) as columns
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'v') and not c.relispartition
  order by n.nspname desc, c.relname
`;

const REFERENCES = `
  select c.conrelid::regclass::text as "from", c.confrelid::regclass::text as "to",
    array_agg(a.attname::text order by k.n) as columns,
    not bool_and(a.attnotnull) as optional,
    exists (
      select from pg_index i
      where i.indrelid = c.conrelid and i.indisunique and i.indpred is null
        and (select array_agg(x order by x) from unnest(i.indkey::int[]) x) = (select array_agg(x::int order by x) from unnest(c.conkey) x)
    ) as "unique"
  from pg_constraint c
  cross join lateral unnest(c.conkey) with ordinality as k (attnum, n)
  join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum
  join pg_namespace n on n.oid = c.connamespace
  where c.contype = 'f' and n.nspname in ('public', 'private')
  group by c.oid, c.conrelid, c.confrelid, c.conkey
  order by 1, 2, 3
`;

/** The text that docs/schema.md should have for the database at this URL. */
export async function schemaDocument(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // Names without a schema are those of `public`, as the API has them.
    await client.query('set search_path = public');
    const relations = (await client.query<Relation>(RELATIONS)).rows;
    const references = (await client.query<Reference>(REFERENCES)).rows;
    return document(await concepts(relations), references);
  } finally {
    await client.end();
  }
}

interface Concept {
  /** First comment of its migration. */
  introduction: string;
  title: string;
  relations: Relation[];
}

/** The relations by the migration that makes them, in the order of the migrations. */
async function concepts(relations: readonly Relation[]): Promise<Concept[]> {
  const folder = path.join(PROJECT, 'migrations');
  const found: Concept[] = [];
  for (const file of (await readdir(folder)).sort()) {
    const source = await readFile(path.join(folder, file), 'utf8');
    const made = new Set([...source.matchAll(/^create (?:table|view) (\w+\.\w+)/gm)].map(([, name]) => name));
    const here = relations.filter(({ schema, name }) => made.has(`${schema}.${name}`));
    if (here.length === 0) continue;
    const [comment = ''] = /^(?:--.*\n)+/.exec(source) ?? [];
    found.push({
      introduction: comment.replace(/^-- ?/gm, '').trim(),
      title: file.replace(/^\d+_(\w+)\.sql$/, '$1').replaceAll('_', ' '),
      relations: here
    });
  }
  return found;
}

const titled = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const qualified = ({ schema, name }: Relation) => (schema === 'public' ? name : `${schema}.${name}`);

function document(all: readonly Concept[], references: readonly Reference[]): string {
  return [
    '# The schema',
    '',
    'Made from the database by `npm run types`; not to be edited. One section a concept, in the order of the migrations. Tables of',
    '`public` are the REST API’s; those of `private` are behind its functions. A type with `?` may be null.',
    '',
    diagram(references),
    '',
    ...all.flatMap(section)
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function diagram(references: readonly Reference[]): string {
  // Nearly everything belongs to somebody: those lines would hide all others.
  const lines = references
    .filter(({ to }) => to !== 'profiles')
    .map(({ from, to, columns, optional, unique }) => {
      const cardinality = `${optional ? '|o' : '||'}--${unique ? 'o|' : 'o{'}`;
      return `  ${entity(to)} ${cardinality} ${entity(from)} : "${columns.join(', ')}"`;
    });
  return ['References between the tables, those to `profiles` left out:', '', '```mermaid', 'erDiagram', ...lines, '```'].join(
    '\n'
  );
}

const entity = (name: string) => name.replace('.', '_');

function section({ title, introduction, relations }: Concept): string[] {
  return [`## ${titled(title)}`, introduction, '', ...relations.flatMap(paragraph)];
}

function paragraph(relation: Relation): string[] {
  const columns = relation.columns.map(
    ({ name, type, comment }) => `| \`${name}\` | ${cell(type)} | ${comment ? cell(comment) : ''} |`
  );
  return [
    `### \`${qualified(relation)}\`${relation.kind === 'view' ? ' (view)' : ''}`,
    relation.comment ?? '',
    '',
    '| column | type | meaning |',
    '|---|---|---|',
    ...columns,
    ''
  ];
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
