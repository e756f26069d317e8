/** A change as clients are sent it, made once for all who may see the same of it. */
import type { Change, Row } from './change.ts';
import type { Column, TableFacts } from './facts.ts';
import { render } from './render.ts';

/** Of a change that is larger only the short values are sent. */
export const MOST_BYTES = 1_048_576;
const SHORT_BYTES = 64;

export const TOO_LARGE = 'Error 413: Payload Too Large';
export const NO_PRIMARY_KEY = 'Error 400: Bad Request, no primary key';
export const UNAUTHORIZED = 'Error 401: Unauthorized';

/** What a role may see of it, and wants to. */
export interface View {
  role: string;
  select: readonly string[] | null;
}

/** JSON texts that only Postgres could say, by `askedKey`. */
export type AskedValues = ReadonlyMap<string, string>;

export function askedKey(type: number, text: string): string {
  return `${type} ${text}`;
}

/** A change with its values as JSON. */
export class RenderedChange {
  readonly #change: Change;
  readonly #facts: TableFacts;
  readonly #record: Map<Column, string>;
  readonly #old: Map<Column, string>;
  readonly #tooLarge: boolean;

  constructor(change: Change, facts: TableFacts, asked: AskedValues) {
    this.#change = change;
    this.#facts = facts;
    this.#record = renderRow(facts, change.record ?? {}, asked);
    this.#old = renderRow(facts, change.old ?? {}, asked);
    this.#tooLarge = isTooLarge(change);
  }

  /** The `data` of the message, as JSON. Nobody sees anything of a column that the role may not select. */
  dataFor(view: View): string {
    const { type, schema, name, time } = this.#change;
    const parts = {
      columns: columnsJson(this.#facts, view),
      commit_timestamp: JSON.stringify(time.toISOString()),
      errors: this.#tooLarge ? JSON.stringify([TOO_LARGE]) : 'null',
      ...(type === 'INSERT' ? {} : { old_record: this.#oldJson(view) }),
      ...(type === 'DELETE' ? {} : { record: this.#json(this.#record, view) }),
      schema: JSON.stringify(schema),
      table: JSON.stringify(name),
      type: JSON.stringify(type)
    };
    return object(parts);
  }

  #oldJson(view: View): string {
    // Nobody can be asked who might see a row that is gone, so under policies only its key is told: to everybody.
    const keyOnly = this.#change.type === 'DELETE' && this.#facts.hasPolicies;
    return this.#json(this.#old, view, keyOnly);
  }

  #json(values: Map<Column, string>, view: View, keyOnly = false): string {
    const shown: Record<string, string> = {};
    for (const [column, json] of values) {
      if (!isShown(this.#facts, column, view) || (keyOnly && !column.isKey)) continue;
      if (this.#tooLarge && (json === 'null' || Buffer.byteLength(json) > SHORT_BYTES)) continue;
      shown[column.name] = json;
    }
    return object(shown);
  }
}

/** What is sent instead of a change that nobody can be shown: only that there was one. */
export function errorData({ type, schema, name }: Change, error: string): string {
  return object({
    columns: '[]',
    commit_timestamp: 'null',
    errors: JSON.stringify([error]),
    ...(type === 'UPDATE' ? { old_record: '{}' } : {}),
    record: '{}',
    schema: JSON.stringify(schema),
    table: JSON.stringify(name),
    type: JSON.stringify(type)
  });
}

function object(values: Record<string, string>): string {
  return `{${Object.entries(values)
    .map(([name, json]) => `${JSON.stringify(name)}:${json}`)
    .join(',')}}`;
}

/** In the order of a jsonb object: short names first. */
function renderRow(facts: TableFacts, row: Row, asked: AskedValues): Map<Column, string> {
  const values = new Map<Column, string>();
  for (const column of sortedColumns(facts)) {
    const text = row[column.name];
    if (text === undefined) continue;
    values.set(column, render(column, text) ?? asked.get(askedKey(column.base, text!)) ?? 'null');
  }
  return values;
}

const sorted = new WeakMap<TableFacts, Column[]>();

function sortedColumns(facts: TableFacts): Column[] {
  let columns = sorted.get(facts);
  if (!columns) {
    columns = facts.columns.toSorted((a, b) => {
      const [left, right] = [Buffer.from(a.name), Buffer.from(b.name)];
      return left.length - right.length || Buffer.compare(left, right);
    });
    sorted.set(facts, columns);
  }
  return columns;
}

const columnLists = new WeakMap<TableFacts, Map<string, string>>();

function columnsJson(facts: TableFacts, view: View): string {
  let lists = columnLists.get(facts);
  if (!lists) columnLists.set(facts, (lists = new Map()));
  const key = JSON.stringify([view.role, view.select]);
  let json = lists.get(key);
  if (json === undefined) {
    const shown = facts.columns.filter((column) => isShown(facts, column, view));
    json = JSON.stringify(shown.map(({ name, type }) => ({ name, type })));
    lists.set(key, json);
  }
  return json;
}

function isShown(facts: TableFacts, { name, isKey }: Column, { role, select }: View): boolean {
  return facts.roles[role]?.selectable.has(name) === true && (select === null || isKey || select.includes(name));
}

/** By the size that the real server's decoder would have given it, which also names each column with its type. */
function isTooLarge({ record, old }: Change): boolean {
  const bytes = sizeOf(record) + sizeOf(old);
  return bytes > MOST_BYTES;
}

const BYTES_PER_COLUMN = 60;

function sizeOf(row: Row | null): number {
  let bytes = 0;
  for (const [name, text] of Object.entries(row ?? {})) {
    bytes += name.length + BYTES_PER_COLUMN + (text ? jsonBytes(text) : 0);
  }
  return bytes;
}

/** What is short cannot matter, so it is not looked at closely. */
function jsonBytes(text: string): number {
  return text.length < 1_000 ? text.length : Buffer.byteLength(JSON.stringify(text));
}
