/** Asks the database what the policies grant: questions that come together share a round trip. */
import type pg from 'pg';
import { isConnectionError } from '../database/pool.ts';
import type { Extension } from './policies.ts';

/** What `realtime.authorize` is asked, by the names of its parameters. */
export interface Question {
  role_name: string;
  topic_name: string;
  claims: string;
  sub: string | null;
  headers: string;
  read_extensions: readonly Extension[];
  write_extensions: readonly Extension[];
}

/** One answer for each extension that was asked about, in its order. */
export interface Answer {
  read_allowed: boolean[];
  write_allowed: boolean[];
}

/** Each question is a subtransaction in its statement; beyond 64 of them Postgres looks each up on disk. */
const MOST_AT_ONCE = 16;

const ASK = {
  name: 'authorize',
  text: `
    select a.read_allowed, a.write_allowed
    from json_to_recordset($1) as q (
      n int, role_name text, topic_name text, claims text, sub text, headers text, read_extensions text[], write_extensions text[]
    )
    cross join lateral realtime.authorize(
      q.role_name, q.topic_name, q.claims, q.sub, q.headers, q.read_extensions, q.write_extensions
    ) as a
    order by q.n`
};

interface Waiting {
  question: Question;
  /** Its round trip failed when it was shared: one of those in it met a policy that fails. */
  alone: boolean;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export class Questions {
  readonly #pool: pg.Pool;
  readonly #waiting: Waiting[] = [];
  #free: number;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
    this.#free = pool.options.max ?? 1;
  }

  /** Rejects with the database's error. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, alone: false, resolve, reject });
      this.#next();
    });
  }

  /** What came while every connection was busy goes out together when one is free. */
  #next(): void {
    if (this.#free === 0 || this.#waiting.length === 0) return;
    this.#free -= 1;
    void this.#run(this.#take()).finally(() => {
      this.#free += 1;
      this.#next();
    });
  }

  #take(): Waiting[] {
    const alone = this.#waiting.findIndex((waiting) => waiting.alone);
    if (alone === 0) return this.#waiting.splice(0, 1);
    return this.#waiting.splice(0, alone === -1 ? MOST_AT_ONCE : Math.min(alone, MOST_AT_ONCE));
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    try {
      const answers = await this.#query(batch.map(({ question }) => question));
      batch.forEach(({ resolve }, index) => resolve(answers[index]!));
    } catch (error) {
      if (batch.length === 1 || isConnectionError(error)) for (const { reject } of batch) reject(error);
      else for (const waiting of batch) this.#waiting.push({ ...waiting, alone: true });
    }
    // A failed batch waits at the end, for any connection that is free.
    this.#next();
  }

  async #query(questions: readonly Question[]): Promise<Answer[]> {
    const numbered = questions.map((question, n) => ({ n, ...question }));
    const { rows } = await this.#pool.query<Answer>({ ...ASK, values: [JSON.stringify(numbered)] });
    return rows;
  }
}
