/** `realtime.subscription`: enters who listens to what, which is checked there, and takes it out again. */
import pg from 'pg';
import { z } from 'zod';
import type { TableFilter } from './compare.ts';
import { conditionName } from './condition-name.ts';
import { describe, type Entry } from './entry.ts';
import { OPERATORS } from './filter.ts';
import { isLike } from './like.ts';
import { learnQuestions, questionOptions } from './session.ts';
import { Turns } from './turns.ts';
import { reach } from './unreachable.ts';

export const PUBLICATION = 'supabase_realtime';

/** A new connection has to learn the questions first. */
const IDLE_MS = 60_000;

/** For entering; one more is for the rest. */
const CONNECTIONS = 2;

/** Rows are taken out together some time after they are not needed any more. */
const REMOVE_AFTER_MS = 500;

export interface IdentifiedEntry extends Entry {
  uuid: string;
}

export interface PublishedTable {
  schema: string;
  name: string;
}

/** What an entry means on a table: its filters with their values as the stream has them. */
export interface EnteredTable {
  oid: number;
  filters: TableFilter[];
}

/** The parameters are wrong, and will be. The message is what the client is told. */
export class SubscriptionRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SubscriptionRefused';
  }
}

const failureSchema = z.object({ entry: z.number(), code: z.string().optional(), message: z.string().optional() });

const enteredSchema = z.array(
  z.array(
    z.object({
      oid: z.number(),
      filters: z.array(
        z.object({
          column: z.string(),
          op: z.enum(OPERATORS),
          negate: z.boolean(),
          value: z.string(),
          type: z.number(),
          canonical: z.union([z.string(), z.array(z.string().nullable())])
        })
      )
    })
  )
);

const SUBSCRIBE = { name: 'subscribe', text: 'select pg_temp.subscribe($1, $2, $3) as entered' };

const PUBLISHED = `
  select format('%I.%I', schemaname, tablename)::regclass::oid::text as oid, schemaname, tablename
  from pg_publication_tables
  where pubname = $1
  order by schemaname, tablename`;

export class Subscriptions {
  readonly #pool: pg.Pool;
  readonly #onRemoveFailed: (error: Error) => void;
  // Thousands may come at once, and would wait for the pool for longer than it lets anybody wait.
  readonly #turns = new Turns(CONNECTIONS);
  readonly #leaving: string[] = [];
  #removing: NodeJS.Timeout | undefined;

  constructor(databaseUrl: string, onRemoveFailed: (error: Error) => void) {
    this.#onRemoveFailed = onRemoveFailed;
    this.#pool = new pg.Pool({
      ...questionOptions(databaseUrl, 'realtime_subscription_manager'),
      max: CONNECTIONS + 1,
      idleTimeoutMillis: IDLE_MS,
      onConnect: learnQuestions
    });
    // An idle connection that ends with the server is replaced when one is needed again.
    this.#pool.on('error', () => undefined);
  }

  /** All that others left behind: a server that was killed takes nothing out. */
  async clear(): Promise<void> {
    await this.#pool.query('delete from realtime.subscription');
  }

  /**
   * Enters all of it or nothing. Returns the tables of each entry. Throws SubscriptionRefused, or Unreachable.
   */
  async enter(entries: readonly IdentifiedEntry[], claims: string): Promise<EnteredTable[][]> {
    // The real server goes through them from the last to the first, which shows when several are wrong.
    const reversed = entries.toReversed();
    try {
      const values = [PUBLICATION, JSON.stringify(reversed), claims];
      const { rows } = await this.#turns.take(() =>
        reach(() => this.#pool.query<{ entered: unknown }>({ ...SUBSCRIBE, values }))
      );
      return enteredSchema.parse(rows[0]!.entered).toReversed();
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== 'RTSUB') throw error;
      const { entry, code, message } = failureSchema.parse(JSON.parse(error.message));
      throw new SubscriptionRefused(reasonFor(reversed[entry]!, code, message), { cause: error });
    }
  }

  remove(uuids: readonly string[]): void {
    this.#leaving.push(...uuids);
    this.#removing ??= setTimeout(() => void this.#remove().catch(this.#onRemoveFailed), REMOVE_AFTER_MS).unref();
  }

  /** The published tables by number. Throws Unreachable. */
  async published(): Promise<Map<number, PublishedTable>> {
    const { rows } = await reach(() =>
      this.#pool.query<{ oid: string; schemaname: string; tablename: string }>(PUBLISHED, [PUBLICATION])
    );
    return new Map(rows.map(({ oid, schemaname: schema, tablename: name }) => [Number(oid), { schema, name }]));
  }

  async stop(): Promise<void> {
    clearTimeout(this.#removing);
    await this.#remove().catch(this.#onRemoveFailed);
    await this.#pool.end();
  }

  async #remove(): Promise<void> {
    this.#removing = undefined;
    const uuids = this.#leaving.splice(0);
    if (uuids.length > 0)
      await this.#pool.query('delete from realtime.subscription where subscription_id = any ($1::uuid[])', [uuids]);
  }
}

/**
 * Whether a name of an entry is that of a table or schema. As in the real server it is a pattern, in which an underscore is
 * any letter; `pg_temp.subscribe` says the same.
 */
export function isMeant(pattern: string, name: string): boolean {
  return pattern === '*' || isLike(name, pattern.replaceAll('\\', '\\\\')) === true;
}

/** In the words of the real server. */
function reasonFor(entry: Entry, code: string | undefined, message: string | undefined): string {
  const start = 'Unable to subscribe to changes with given parameters.';
  if (code === undefined) return `${start} Please check Realtime is enabled for the given connect parameters: ${describe(entry)}`;
  const exception = `ERROR ${code} (${conditionName(code)}) ${message}`;
  return `${start} An exception happened so please check your connect parameters: ${describe(entry)}. Exception: ${exception}`;
}
