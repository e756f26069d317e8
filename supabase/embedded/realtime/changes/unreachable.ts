/** The database does not answer now, and may later: nothing is wrong with what was asked. */
import { isConnectionError } from '../database/pool.ts';

/** Raised by `pg_temp.ask`. */
const NOT_VISIBLE_YET = 'RTWAI';

export class Unreachable extends Error {
  constructor(cause: unknown) {
    super((cause as Error).message, { cause });
    this.name = 'Unreachable';
  }
}

/** What was asked for. Throws Unreachable, or what Postgres has against it. */
export async function reach<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    throw isConnectionError(error) || (error as { code?: string }).code === NOT_VISIBLE_YET ? new Unreachable(error) : error;
  }
}
