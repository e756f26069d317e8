/** Transactions of Storage: as the caller, under row-level security, or as the owner of the tables. */
import pg from 'pg';
import type { Caller } from './caller.ts';
import { fromDatabase } from './errors.ts';

export type Queryable = Pick<pg.Pool, 'query'>;

/** What the policies on storage.objects can read of a request. `storage.operation()` gives `operation`. */
const SCOPE = `
  select set_config('role', $1, true),
    set_config('request.jwt.claim.role', $1, true),
    set_config('request.jwt.claim.sub', $2, true),
    set_config('request.jwt.claims', $3, true),
    set_config('storage.operation', $4, true),
    set_config('storage.allow_delete_query', 'true', true)`;

const OWNER_SCOPE = `select set_config('storage.operation', $1, true), set_config('storage.allow_delete_query', 'true', true)`;

export class Database {
  readonly #pool: pg.Pool;

  constructor(url: string) {
    this.#pool = new pg.Pool({ connectionString: url, max: 10, application_name: 'storage' });
    // A connection that the server closes while it is idle is replaced at the next query.
    this.#pool.on('error', () => undefined);
  }

  /** Runs `work` as the caller, in one transaction, committed when it returns. */
  asCaller<T>(caller: Caller, operation: string, work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.#transaction('commit', async (tx) => {
      await enter(tx, caller, operation);
      return work(tx);
    });
  }

  /** Runs `work` as the owner, whom policies do not concern; `become` goes on as the caller within the transaction. */
  asOwner<T>(operation: string, work: (tx: Queryable, become: (caller: Caller) => Promise<void>) => Promise<T>): Promise<T> {
    return this.#transaction('commit', async (tx) => {
      await tx.query(OWNER_SCOPE, [operation]);
      return work(tx, (caller) => enter(tx, caller, operation));
    });
  }

  /** Whether the caller could do it: does it, and undoes it. Throws what the attempt throws. */
  probe(caller: Caller, operation: string, work: (tx: Queryable) => Promise<unknown>): Promise<unknown> {
    return this.#transaction('rollback', async (tx) => {
      await enter(tx, caller, operation);
      return work(tx);
    });
  }

  /** Single statements as the owner: reads that concern no policy. */
  get owner(): Queryable {
    return this.#pool;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #transaction<T>(end: 'commit' | 'rollback', work: (tx: Queryable) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query(end);
      return result;
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      throw fromDatabase(error);
    } finally {
      client.release(broken);
    }
  }
}

async function enter(tx: Queryable, caller: Caller, operation: string): Promise<void> {
  await tx.query(SCOPE, [caller.role, caller.sub ?? '', caller.claims, operation]);
}
