/** A connection that hears NOTIFY, and comes back by itself when the database was away. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export interface ListenerOptions {
  databaseUrl: string;
  channels: readonly string[];
  /** Called for each notification. */
  onNotify(channel: string): void;
  /** Called after each connect: whatever was announced while there was no connection has to be looked up now. */
  onConnect(): void;
}

/** Name under which the worker's connections appear in pg_stat_activity; `net.check_worker_is_up()` looks for it. */
export const APPLICATION_NAME = 'parley jobs';

const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 2_000;

export class Listener {
  readonly #options: ListenerOptions;
  readonly #stopping = new AbortController();
  #client: pg.Client | undefined;
  #retrying: Promise<void> | undefined;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Resolves when it listens; rejects when the first connect fails. */
  async start(): Promise<void> {
    await this.#connect();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#retrying;
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const { databaseUrl, channels, onNotify, onConnect } = this.#options;
    const client = new pg.Client({ connectionString: databaseUrl, application_name: APPLICATION_NAME, keepAlive: true });
    client.on('notification', ({ channel }) => onNotify(channel));
    // A server that shuts down sends an error and then ends the connection; without a handler it would end this process.
    client.on('error', () => undefined);
    client.once('end', () => {
      if (this.#client === client) this.#retrying = this.#reconnect();
    });
    await client.connect();
    for (const channel of channels) await client.query(`listen ${client.escapeIdentifier(channel)}`);
    this.#client = client;
    onConnect();
  }

  async #reconnect(): Promise<void> {
    this.#client = undefined;
    const { signal } = this.#stopping;
    for (let wait = RECONNECT_MIN_MS; !signal.aborted; wait = Math.min(wait * 2, RECONNECT_MAX_MS)) {
      await delay(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        return await this.#connect();
      } catch {
        // Not up yet: the next round tries again.
      }
    }
  }
}
