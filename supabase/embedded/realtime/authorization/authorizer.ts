/** What the policies on `realtime.messages` grant somebody on a topic, or why that cannot be found out. */
import type pg from 'pg';
import { isConnectionError, isPoolExhausted } from '../database/pool.ts';
import { Refused } from '../errors.ts';
import type { Claims } from '../tokens.ts';
import type { Extension, Rights } from './policies.ts';
import { type Question, Questions } from './questions.ts';

/** Whose rights, and on which topic (its name, without the prefix of the wire). */
export interface Context {
  topic: string;
  claims: Claims;
  headers: Record<string, string>;
}

/** SQLSTATEs with a meaning of their own. */
const CHECK_VIOLATION = '23514';
const QUERY_CANCELED = '57014';
const TOO_MANY_CONNECTIONS = '53300';

export interface AuthorizerOptions {
  /** Called when today's partition is missing, before asking once more. */
  keepPartitions: () => Promise<void>;
  /** Called with the milliseconds that an answer took, waiting for a connection included. */
  onAnswer?: (right: keyof Rights, ms: number) => void;
}

export class Authorizer {
  readonly #questions: Questions;
  readonly #options: AuthorizerOptions;

  constructor(pool: pg.Pool, options: AuthorizerOptions) {
    this.#questions = new Questions(pool);
    this.#options = options;
  }

  /** Of these extensions, the ones whose messages may be read. Throws Refused when that cannot be found out. */
  mayRead(context: Context, extensions: readonly Extension[]): Promise<Extension[]> {
    return this.#ask('read', context, extensions);
  }

  mayWrite(context: Context, extensions: readonly Extension[]): Promise<Extension[]> {
    return this.#ask('write', context, extensions);
  }

  async #ask(right: keyof Rights, context: Context, extensions: readonly Extension[], again = true): Promise<Extension[]> {
    const asked = performance.now();
    try {
      const answer = await this.#questions.ask(questionOf(right, context, extensions));
      this.#options.onAnswer?.(right, performance.now() - asked);
      const allowed = right === 'read' ? answer.read_allowed : answer.write_allowed;
      return extensions.filter((_extension, index) => allowed[index]);
    } catch (cause) {
      const { code, table } = cause as pg.DatabaseError;
      // No partition of today: the server was asleep for days, or its upkeep failed.
      if (code === CHECK_VIOLATION && table === 'messages') {
        if (!again) throw new Refused('MissingPartition', {}, { cause });
        await this.#options.keepPartitions();
        return this.#ask(right, context, extensions, false);
      }
      if (code === QUERY_CANCELED) throw new Refused('QueryCanceled', {}, { cause });
      if (code === TOO_MANY_CONNECTIONS) throw new Refused('DatabaseLackOfConnections', {}, { cause });
      if (isPoolExhausted(cause)) throw new Refused('IncreaseConnectionPool', {}, { cause });
      if (isConnectionError(cause)) throw new Refused('UnableToConnectToProject', {}, { cause });
      throw new Refused('RlsPolicyError', { reason: (cause as Error).message }, { cause });
    }
  }
}

function questionOf(right: keyof Rights, { topic, claims, headers }: Context, extensions: readonly Extension[]): Question {
  return {
    role_name: claims.role,
    topic_name: topic,
    claims: JSON.stringify(claims),
    sub: claims.sub ?? null,
    headers: JSON.stringify(headers),
    read_extensions: right === 'read' ? extensions : [],
    write_extensions: right === 'write' ? extensions : []
  };
}
