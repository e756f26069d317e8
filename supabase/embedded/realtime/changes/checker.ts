/** Puts questions to the database, on a connection of its own that keeps the plans of the lookups. */
import pg from 'pg';
import type { Row } from './change.ts';
import type { Column, TableFacts } from './facts.ts';
import { type Answers, answersSchema, type Questions, type RowCheck } from './questions.ts';
import { learnQuestions, questionOptions } from './session.ts';
import { reach } from './unreachable.ts';

const ASK = { name: 'ask', text: 'select pg_temp.ask($1) as answers' };

export class Checker {
  readonly #databaseUrl: string;
  #connected: Promise<Connected> | undefined;

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
  }

  /** Throws Unreachable, or what Postgres has against it; the next call connects anew where that is needed. */
  async ask({ xids, tables, filters, values, checks }: Questions): Promise<Answers> {
    const { client, statements } = await reach(() => this.#connect());
    const executions = [];
    for (const { facts, role, claims, keys } of checks)
      executions.push({ role, claims, statement: execution(await reach(() => statements.lookup(facts, role)), facts, keys) });
    const questions = JSON.stringify({ xids, tables, filters, values, checks: executions });
    const { rows } = await reach(() => client.query<{ answers: unknown }>({ ...ASK, values: [questions] }));
    return answersSchema.parse(rows[0]!.answers);
  }

  /** Resolves once what these transactions did, by the 32 bits of their numbers, can be seen by others. Throws as `ask`. */
  async untilVisible(xids: readonly number[]): Promise<void> {
    await this.ask({ xids: [...new Set(xids)], tables: [], filters: [], values: [], checks: [] });
  }

  /** The rows with their generated columns, which the stream leaves out, computed. */
  async completed(rows: readonly { facts: TableFacts; row: Row }[]): Promise<Row[]> {
    const { client } = await reach(() => this.#connect());
    const completed: Row[] = [];
    for (const { facts, row } of rows) {
      const generated = facts.columns.filter((column) => column.generated !== null);
      const result = await reach(() => client.query<Record<string, string | null>>(computation(facts, generated, row)));
      completed.push({ ...row, ...result.rows[0] });
    }
    return completed;
  }

  async stop(): Promise<void> {
    const connected = await this.#connected?.catch(() => undefined);
    this.#connected = undefined;
    await connected?.client.end();
  }

  #connect(): Promise<Connected> {
    this.#connected ??= this.#open().catch((error: unknown) => {
      this.#connected = undefined;
      throw error;
    });
    return this.#connected;
  }

  async #open(): Promise<Connected> {
    const client = new pg.Client(questionOptions(this.#databaseUrl, 'realtime_rls'));
    const forget = () => (this.#connected = undefined);
    client.on('error', forget);
    client.on('end', forget);
    await client.connect();
    await learnQuestions(client);
    return { client, statements: new Statements(client) };
  }
}

interface Connected {
  client: pg.Client;
  statements: Statements;
}

/** The prepared lookups of a connection: one a table, key and role, since another role has to be planned for anew. */
class Statements {
  readonly #client: pg.Client;
  readonly #names = new Map<string, string>();

  constructor(client: pg.Client) {
    this.#client = client;
  }

  async lookup(facts: TableFacts, role: string): Promise<string> {
    const keys = facts.columns.filter(({ isKey }) => isKey);
    const key = JSON.stringify([facts.oid, facts.name, role, keys.map(({ name, cast }) => [name, cast])]);
    let name = this.#names.get(key);
    if (name === undefined) {
      name = `lookup_${this.#names.size + 1}`;
      await this.#client.query(preparation(name, facts, keys));
      this.#names.set(key, name);
    }
    return name;
  }
}

/** Which of the rows with these keys can be seen, in order. An `exists` could be planned as one look at the whole table. */
function preparation(name: string, facts: TableFacts, keys: readonly Column[]): string {
  const arrays = keys.map((_key, index) => `$${index + 1}`).join(', ');
  const names = keys.map((_key, index) => `k${index + 1}`).join(', ');
  const equal = keys.map((key, index) => `t.${pg.escapeIdentifier(key.name)} = k.k${index + 1}::${key.cast}`).join(' and ');
  return `
    prepare ${name} (${keys.map(() => 'text[]').join(', ')}) as
    select to_jsonb(array(
      select coalesce((select true from ${facts.name} as t where ${equal} limit 1), false)
      from unnest(${arrays}) with ordinality as k (${names}, ordinality)
      order by k.ordinality
    ))`;
}

function execution(name: string, facts: TableFacts, rows: RowCheck['keys']): string {
  const columns = facts.columns.filter(({ isKey }) => isKey).map((_key, index) => rows.map((row) => row[index]!));
  return `execute ${name} (${columns.map((column) => `${pg.escapeLiteral(arrayLiteral(column))}`).join(', ')})`;
}

function arrayLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

/** The expressions see the row under the names that they know. */
function computation(facts: TableFacts, generated: readonly Column[], row: Row): string {
  const given = facts.columns.filter((column) => column.generated === null);
  const values = given.map(({ name, cast }) => {
    const text = row[name];
    return `${text === null || text === undefined ? 'null' : pg.escapeLiteral(text)}::${cast} as ${pg.escapeIdentifier(name)}`;
  });
  const results = generated.map((column) => `(${column.generated})::text as ${pg.escapeIdentifier(column.name)}`);
  return `select ${results.join(', ')} from (select ${values.join(', ')}) as row`;
}
