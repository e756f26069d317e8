/** Asks Postgres, as the user, what the policies on `realtime.messages` grant on a topic. */
import type pg from 'pg';
import { Refused } from '../errors.ts';
import { isConnectionError } from '../database/pool.ts';
import type { Claims } from '../tokens.ts';
import type { Extension } from './policies.ts';

/** Whose rights, and on which topic (its name, without the prefix of the wire). */
export interface Context {
  topic: string;
  claims: Claims;
  headers: Record<string, string>;
}

/** SQLSTATEs with a meaning of their own. */
const CHECK_VIOLATION = '23514';
const QUERY_CANCELED = '57014';

const MAY_READ = { name: 'may-read', text: 'select pg_temp.may_read($1, $2, $3, $4) as granted' };
const MAY_WRITE = { name: 'may-write', text: 'select pg_temp.may_write($1, $2, $3, $4) as granted' };

export class Authorizer {
  readonly #pool: pg.Pool;
  readonly #keepPartitions: () => Promise<void>;

  /** `keepPartitions` is called when today's partition is missing, before asking once more. */
  constructor(pool: pg.Pool, keepPartitions: () => Promise<void>) {
    this.#pool = pool;
    this.#keepPartitions = keepPartitions;
  }

  /** Of these extensions, the ones whose messages may be read. Throws Refused when that cannot be found out. */
  mayRead(context: Context, extensions: readonly Extension[]): Promise<Extension[]> {
    return this.#ask(MAY_READ, context, extensions);
  }

  mayWrite(context: Context, extensions: readonly Extension[]): Promise<Extension[]> {
    return this.#ask(MAY_WRITE, context, extensions);
  }

  async #ask(
    question: { name: string; text: string },
    context: Context,
    extensions: readonly Extension[],
    again = true
  ): Promise<Extension[]> {
    const values = [context.topic, extensions, JSON.stringify(context.claims), JSON.stringify(context.headers)];
    try {
      const { rows } = await this.#pool.query<{ granted: Extension[] }>({ ...question, values });
      return rows[0]!.granted;
    } catch (cause) {
      const { code, table } = cause as pg.DatabaseError;
      // No partition of today: the server was asleep for days, or its upkeep failed.
      if (code === CHECK_VIOLATION && table === 'messages') {
        if (!again) throw new Refused('MissingPartition', {}, { cause });
        await this.#keepPartitions();
        return this.#ask(question, context, extensions, false);
      }
      if (code === QUERY_CANCELED) throw new Refused('QueryCanceled', {}, { cause });
      if (isConnectionError(cause)) throw new Refused('UnableToConnectToProject', {}, { cause });
      throw new Refused('RlsPolicyError', { reason: (cause as Error).message }, { cause });
    }
  }
}
