/** One entry of a join's `postgres_changes`, read: what is to be heard of. */
import { createHash } from 'node:crypto';
import { inspect, inspectTuple } from './elixir.ts';
import { type Filter, MalformedEntry, parseFilters } from './filter.ts';

export type EventFilter = '*' | 'INSERT' | 'UPDATE' | 'DELETE';

export interface Entry {
  event: EventFilter;
  /** A name, or `*` for all. */
  schema: string;
  table: string;
  filters: Filter[];
  /** Of the columns, only these and the primary key; null for all. */
  select: string[] | null;
}

type Params = Record<string, unknown>;

/** Throws MalformedEntry with the real server's words. */
export function readEntry(params: Params): Entry {
  const select = readSelect(params.select);
  const { schema, table, filter } = params;
  const has = (name: string) => name in params;
  const entry = (names: { schema: string; table: string }, filters: Filter[] = []): Entry => {
    if (select && (names.schema === '*' || names.table === '*'))
      throw new MalformedEntry(
        'Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name.'
      );
    return { event: readEvent(params.event), ...names, filters, select };
  };

  if (typeof schema === 'string' && typeof table === 'string') {
    if (typeof filter === 'string') return entry({ schema, table }, parseFilters(filter));
    if (!has('filter')) return entry({ schema, table });
  }
  if (typeof schema === 'string' && !has('table') && !has('filter')) return entry({ schema, table: '*' });
  if (typeof table === 'string' && !has('schema') && !has('filter')) return entry({ schema: 'public', table });
  const shown = has('user_token') || has('auth_token') ? '<redacted>' : inspect(params);
  throw new MalformedEntry(
    `No subscription params provided. Please provide at least a \`schema\` or \`table\` to subscribe to: ${shown}`
  );
}

function readEvent(event: unknown): EventFilter {
  const upper = typeof event === 'string' ? event.toUpperCase() : '';
  return upper === 'INSERT' || upper === 'UPDATE' || upper === 'DELETE' ? upper : '*';
}

function readSelect(select: unknown): string[] | null {
  if (typeof select === 'string')
    throw new MalformedEntry(
      'Error parsing `select` params: expected a list of column name strings, e.g. select: ["col1", "col2"]'
    );
  if (!Array.isArray(select)) return null;
  const names = select.filter((name): name is string => typeof name === 'string');
  return names.length > 0 ? names : null;
}

/** Before 2022 clients had no `config`: the topic said what they wanted, as `schema[:table[:filter]]`. */
export function paramsOfTopic(name: string): Params {
  const [schema, table, ...filter] = name.split(':');
  return {
    schema,
    ...(table === undefined ? {} : { table }),
    ...(filter.length === 0 ? {} : { filter: filter.join(':') })
  };
}

/** By which the client knows its entry again: the same for the same params, and never zero. */
export function idOf(params: Params): number {
  const digest = createHash('sha256').update(canonicalJson(params)).digest();
  return (digest.readUInt32BE(0) >>> 5) + 1;
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner
  );
}

/** An entry as the real server writes it in what it tells the client. */
export function describe({ event, schema, table, filters, select }: Entry): string {
  const tuples = filters.map(({ column, op, value, negate }) => inspectTuple([column, op, value, negate]));
  return `[event: ${event}, schema: ${schema}, table: ${table}, filters: [${tuples.join(', ')}], select: ${inspect(select)}]`;
}
