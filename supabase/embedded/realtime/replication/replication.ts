/**
 * The stream of what the database broadcasts: rows of `realtime.messages`, in the order in which they were committed.
 *
 *   connecting   a temporary slot is being made, or waited for; repeated until it succeeds.
 *   streaming    every commit is handed on within a fraction of a millisecond.
 *   stopped      for good.
 *
 * When the stream breaks (Postgres restarts, the walsender is killed), the next slot begins with a look at the table for
 * what was committed in between. Which of that was delivered already is known by id.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { LogicalReplicationService, type Pgoutput } from 'pg-logical-replication';
import type { StoredMessage } from '../database/messages.ts';
import type { Log } from '../log.ts';
import { formatLsn, parseLsn } from './lsn.ts';
import { RecentIds } from './recent-ids.ts';
import { readRow } from './row.ts';
import { TemporarySlotPlugin } from './slot-plugin.ts';

const PUBLICATION = 'supabase_realtime_messages_publication';
const SLOT_PREFIX = 'supabase_realtime_messages_replication_slot_';

/** How far back the look at the table goes beyond the last sign of the stream; a longer transaction's rows are not found. */
const CATCH_UP_MARGIN_MS = 15_000;
const RETRY_FIRST_MS = 50;
const RETRY_MOST_MS = 2_000;

/** Each acknowledgement is a message to Postgres; one per change halves the rate at which a backlog is worked off. */
const ACKNOWLEDGE_EVERY_MS = 1_000;

const MISSED = `
  select id, topic, event, private, payload::text, binary_payload
  from realtime.messages
  where extension = 'broadcast' and not skip_broadcast
    and inserted_at >= (to_timestamp($1::float8 / 1000) at time zone 'utc')
  order by inserted_at, tableoid, ctid`;

export interface ReplicationOptions {
  databaseUrl: string;
  log: Log;
  onMessage: (message: StoredMessage) => void;
  /** Called after each commit with the milliseconds that its messages took from there to here. */
  onCommit?: (lagMs: number) => void;
}

export interface Position {
  streaming: boolean;
  /** End of the last commit that was handed on, or that Postgres said holds nothing for us; null before the first. */
  lsn: string | null;
  /** Milliseconds from that commit to its being handed on; null before the first. */
  lagMs: number | null;
}

export class Replication {
  readonly #options: ReplicationOptions;
  /** Time (ms since 1970) until which everything was seen; undefined before the first stream. */
  #seenUntil: number | undefined;
  // Its clock is the stream's: however long nothing came, what the look at the table may find is still known.
  readonly #recent = new RecentIds(2 * CATCH_UP_MARGIN_MS, () => this.#seenUntil ?? 0);
  readonly #ending = new AbortController();
  #service: LogicalReplicationService | undefined;
  #running: Promise<void> | undefined;
  #ready = Promise.withResolvers<void>();
  #streaming = false;
  #lsn: string | null = null;
  #acknowledged: string | null = null;
  #lagMs: number | null = null;

  constructor(options: ReplicationOptions) {
    this.#options = options;
  }

  /** Resolves when the stream is there. Rejects if that fails at once: a wrong address or missing rights. */
  async start(): Promise<void> {
    const first = Promise.withResolvers<void>();
    this.#running = this.#run(first);
    await first.promise;
  }

  /** Resolves while streaming; while connecting, when it is streaming again. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  position(): Position {
    return { streaming: this.#streaming, lsn: this.#lsn, lagMs: this.#lagMs };
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#service?.stop();
    await this.#running;
  }

  async #run(first: PromiseWithResolvers<void>): Promise<void> {
    let waitMs = RETRY_FIRST_MS;
    while (!this.#ending.signal.aborted) {
      try {
        await this.#stream(() => {
          waitMs = RETRY_FIRST_MS;
          first.resolve();
        });
        if (!this.#ending.signal.aborted)
          this.#options.log('warning', 'ReplicationEnded', 'The stream from the database ended; connecting again');
      } catch (error) {
        first.reject(error);
        if (this.#seenUntil === undefined) return;
        if (!this.#ending.signal.aborted) this.#options.log('warning', 'ReplicationFailed', (error as Error).message);
      }
      if (this.#streaming) this.#ready = Promise.withResolvers();
      this.#streaming = false;
      await delay(waitMs, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, RETRY_MOST_MS);
    }
  }

  /** One connection, from its slot to its end. */
  async #stream(onStart: () => void): Promise<void> {
    const service = new LogicalReplicationService(
      { connectionString: this.#options.databaseUrl, application_name: 'realtime_replication_connection' },
      { acknowledge: { auto: false, timeoutSeconds: 0 } }
    );
    this.#service = service;
    const plugin = new TemporarySlotPlugin({ publication: PUBLICATION, onSnapshot: (client) => this.#catchUp(client) });
    let failure: Error | undefined;
    service.on('error', (error) => (failure = error));
    service.on('start', () => {
      this.#streaming = true;
      this.#ready.resolve();
      this.#options.log('info', 'ReplicationStarted', 'Streaming from the database');
      onStart();
    });
    service.on('data', (_lsn, message: Pgoutput.Message) => this.#take(message));
    service.on('heartbeat', (lsn, _time, respond) => this.#heartbeat(service, lsn, respond));
    const acknowledging = setInterval(() => this.#acknowledge(service), ACKNOWLEDGE_EVERY_MS);
    try {
      await service.subscribe(plugin, SLOT_PREFIX + randomBytes(6).toString('hex'));
    } finally {
      clearInterval(acknowledging);
      await service.destroy().catch(() => undefined);
    }
    if (failure) throw failure;
  }

  #take(message: Pgoutput.Message): void {
    if (message.tag === 'insert') {
      try {
        const row = readRow(message.new);
        if (row) this.#handOn(row);
      } catch (error) {
        this.#options.log('error', 'UnableToBroadcastChanges', (error as Error).message);
      }
    } else if (message.tag === 'commit') {
      this.#lsn = message.commitEndLsn;
      this.#seenUntil = Number((message.commitTime as bigint) / 1000n);
      this.#lagMs = Math.max(0, Date.now() - this.#seenUntil);
      this.#options.onCommit?.(this.#lagMs);
    }
  }

  #handOn(row: StoredMessage): void {
    if (this.#recent.add(row.id)) this.#options.onMessage(row);
  }

  /** Postgres says how far the log goes; all that concerns us up to there has come. */
  #heartbeat(service: LogicalReplicationService, lsn: string, respond: boolean): void {
    if (this.#lsn === null || parseLsn(lsn) > parseLsn(this.#lsn)) this.#lsn = lsn;
    this.#seenUntil = Date.now();
    if (respond) this.#acknowledge(service, true);
  }

  #acknowledge(service: LogicalReplicationService, always = false): void {
    if (this.#lsn === null || (!always && this.#lsn === this.#acknowledged)) return;
    this.#acknowledged = this.#lsn;
    // The library takes the last byte's position and adds one; ours is that of the next already. A Postgres that shuts down
    // waits until exactly all it sent is acknowledged, and would wait for ever for a number one too high.
    const lastByte = formatLsn(parseLsn(this.#lsn) - 1n);
    service.acknowledge(lastByte).catch((error: Error) => this.#options.log('warning', 'AcknowledgeFailed', error.message));
  }

  /** Hands on what was committed while there was no stream. The very first time there is nothing to catch up with. */
  async #catchUp(client: pg.Client): Promise<void> {
    const from = this.#seenUntil;
    const now = Date.now();
    if (from === undefined) {
      this.#seenUntil = now;
      return;
    }
    // A replication connection takes no parameters.
    const { rows } = await client.query<StoredMessage>(MISSED.replace('$1', String(from - CATCH_UP_MARGIN_MS)));
    for (const row of rows) this.#handOn(row);
    this.#seenUntil = now;
  }
}
