/** Empties pg_net's queue: takes requests in order, a limited number at once, and records the answers. */
import type pg from 'pg';
import { tableExists } from './table-exists.ts';
import { perform, type QueuedRequest, type RecordedResponse } from './http-request.ts';

/** Requests under way at once. */
const CONCURRENCY = 32;
/** How long an answer is kept, as in pg_net. */
const RESPONSE_TTL = '6 hours';

/** How long a stop waits for requests under way, whose own timeouts may be minutes. */
const STOP_GRACE_MS = 2_000;

const CLAIM = `
  with next as (select ctid from net.http_request_queue order by id limit $1 for update skip locked)
  delete from net.http_request_queue as queue using next where queue.ctid = next.ctid
  returning queue.id, queue.method, queue.url, queue.headers, queue.body, queue.timeout_milliseconds`;

const RECORD = `
  insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
  values ($1, $2, $3, $4, $5, $6, $7)`;

export class HttpQueue {
  readonly #pool: pg.Pool;
  readonly #running = new Set<Promise<void>>();
  #claiming: Promise<void> | undefined;
  readonly #givingUp = new AbortController();
  #again = false;
  #stopped = false;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Looks at the queue now; what is called while it looks makes it look once more. */
  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#claiming ??= this.#claim().finally(() => {
      this.#claiming = undefined;
      if (this.#again) this.wake();
    });
  }

  /** The same, if the extension is created here at all. */
  async wakeIfThere(): Promise<void> {
    try {
      if (await tableExists(this.#pool, 'net.http_request_queue')) this.wake();
    } catch (error) {
      if (!isUnavailable(error)) console.error('pg_net: the queue cannot be looked for:', (error as Error).message);
    }
  }

  /** Removes answers that are older than the time to live. */
  async expire(): Promise<void> {
    if (await tableExists(this.#pool, 'net._http_response')) {
      await this.#pool.query('delete from net._http_response where created < now() - $1::interval', [RESPONSE_TTL]);
    }
  }

  /** Takes nothing more, and waits a little for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#again = false;
    const givingUp = setTimeout(() => this.#givingUp.abort(), STOP_GRACE_MS);
    await this.#claiming;
    await Promise.all(this.#running);
    clearTimeout(givingUp);
  }

  async #claim(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      const free = CONCURRENCY - this.#running.size;
      // One that ends looks again, so nothing is forgotten by leaving now.
      if (free <= 0) return;
      const requests = await this.#take(free);
      for (const request of requests) this.#run(request);
      if (requests.length === free) this.#again = this.#running.size < CONCURRENCY;
    }
  }

  async #take(limit: number): Promise<QueuedRequest[]> {
    try {
      return (await this.#pool.query<QueuedRequest>(CLAIM, [limit])).rows.sort((a, b) => Number(a.id) - Number(b.id));
    } catch (error) {
      // No such table: the extension is not created here. No connection: the next connect wakes the queue.
      if (!isUnavailable(error)) console.error('pg_net: the queue cannot be read:', (error as Error).message);
      return [];
    }
  }

  #run(request: QueuedRequest): void {
    const run = perform(request, this.#givingUp.signal)
      .then((response) => this.#record(response))
      .catch((error: Error) => console.error(`pg_net: the answer to request ${request.id} was not recorded:`, error.message))
      .finally(() => {
        const full = this.#running.size === CONCURRENCY;
        this.#running.delete(run);
        if (full) this.wake();
      });
    this.#running.add(run);
  }

  async #record(response: RecordedResponse): Promise<void> {
    const { id, status_code, content_type, headers, content, timed_out, error_msg } = response;
    await this.#pool.query(RECORD, [id, status_code, content_type, headers, content, timed_out, error_msg]);
  }
}

const UNDEFINED_TABLE = '42P01';
const INVALID_SCHEMA = '3F000';

/** Whether the table or the database is not there at present, which is no fault of the worker. */
export function isUnavailable(error: unknown): boolean {
  const { code = '', message } = error as { code?: string; message: string };
  return (
    code === UNDEFINED_TABLE ||
    code === INVALID_SCHEMA ||
    code.startsWith('57P') ||
    code.startsWith('08') ||
    /^(ECONN|EPIPE|ETIMEDOUT)/.test(code) ||
    /Connection terminated|ended/i.test(message)
  );
}
