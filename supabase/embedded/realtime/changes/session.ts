/** Sessions in which values are written as the stream writes them, and that know the questions about changes. */
import { readFile } from 'node:fs/promises';
import type pg from 'pg';

const QUESTIONS = new URL('./questions.sql', import.meta.url);

/** No question takes longer unless a policy is broken. */
const STATEMENT_TIMEOUT_MS = 5_000;

/** For the stream as well. The time zone is the database's own: it shows in what clients are sent, as in the real service. */
const STYLE = '-c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex';

export function sessionOptions(databaseUrl: string, name: string): pg.ClientConfig {
  return { connectionString: databaseUrl, application_name: name, options: STYLE };
}

export function questionOptions(databaseUrl: string, name: string): pg.ClientConfig {
  return {
    ...sessionOptions(databaseUrl, name),
    statement_timeout: STATEMENT_TIMEOUT_MS,
    connectionTimeoutMillis: STATEMENT_TIMEOUT_MS
  };
}

export async function learnQuestions(client: { query(text: string): Promise<unknown> }): Promise<void> {
  await client.query(await readFile(QUESTIONS, 'utf8'));
}
