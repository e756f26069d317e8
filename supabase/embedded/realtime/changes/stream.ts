/**
 * The stream of changed rows, in the order of their commits, from a temporary slot of its own. What is committed while there
 * is no stream is not seen by it: a slot that waited for us would hold back the log of a database that we may never come
 * back to.
 *
 *   connecting   repeated until it succeeds.
 *   streaming    every change is handed on.
 *   stopped      for good.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LogicalReplicationService, type Pgoutput } from 'pg-logical-replication';
import type { Log } from '../log.ts';
import { formatLsn, parseLsn } from '../replication/lsn.ts';
import { TemporarySlotPlugin } from '../replication/slot-plugin.ts';
import { type Change, ChangeReader } from './change.ts';
import { sessionOptions } from './session.ts';
import { PUBLICATION } from './subscriptions.ts';

const SLOT_PREFIX = 'supabase_realtime_replication_slot_';
const RETRY_FIRST_MS = 20;
const RETRY_MOST_MS = 500;
const ACKNOWLEDGE_EVERY_MS = 1_000;

/** A time in which nobody was watching. */
export interface Gap {
  from: Date;
  to: Date;
}

export interface ChangeStreamOptions {
  databaseUrl: string;
  log: Log;
  /** While its promise is open nothing more is read. */
  onChange: (change: Change) => void | Promise<void>;
  /** The stream is back. */
  onGap: (gap: Gap) => void;
}

export class ChangeStream {
  readonly #options: ChangeStreamOptions;
  readonly #ending = new AbortController();
  #service: LogicalReplicationService | undefined;
  #running: Promise<void> | undefined;
  #ready = Promise.withResolvers<void>();
  #isStreaming = false;
  /** Until when everything was seen; undefined before the first stream. */
  #seenUntil: Date | undefined;
  #lsn: string | null = null;
  #acknowledged: string | null = null;

  constructor(options: ChangeStreamOptions) {
    this.#options = options;
  }

  get isStreaming(): boolean {
    return this.#isStreaming;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves while streaming; while connecting, when it is streaming again. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    // Whoever still waits for it waits in vain; nobody may be.
    this.#ready.promise.catch(() => undefined);
    this.#ready.reject(new Error('The stream of changes has ended'));
    await this.#service?.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { log } = this.#options;
    const { signal } = this.#ending;
    let waitMs = RETRY_FIRST_MS;
    while (!signal.aborted) {
      try {
        await this.#stream(() => (waitMs = RETRY_FIRST_MS));
        if (!signal.aborted) log('warning', 'ChangesEnded', 'The stream of changes ended; connecting again');
      } catch (error) {
        if (!signal.aborted) log('warning', 'ChangesFailed', (error as Error).message);
      }
      if (this.#isStreaming) this.#ready = Promise.withResolvers();
      this.#isStreaming = false;
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, RETRY_MOST_MS);
    }
  }

  /** One connection, from its slot to its end. */
  async #stream(onStart: () => void): Promise<void> {
    const service = new LogicalReplicationService(sessionOptions(this.#options.databaseUrl, 'realtime_changes_connection'), {
      acknowledge: { auto: false, timeoutSeconds: 0 },
      flowControl: { enabled: true }
    });
    this.#service = service;
    let gap: Gap | undefined;
    const plugin = new TemporarySlotPlugin({
      publication: PUBLICATION,
      onSnapshot: () => {
        const to = new Date();
        if (this.#seenUntil) gap = { from: this.#seenUntil, to };
        this.#seenUntil = to;
        return Promise.resolve();
      }
    });
    const reader = new ChangeReader();
    let failure: Error | undefined;
    service.on('error', (error) => (failure = error));
    service.on('start', () => {
      this.#isStreaming = true;
      this.#options.log('info', 'ChangesStarted', 'Streaming changes from the database');
      if (gap) this.#options.onGap(gap);
      this.#ready.resolve();
      onStart();
    });
    service.on('data', (_lsn: string, message: Pgoutput.Message) => this.#take(reader, message));
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

  #take(reader: ChangeReader, message: Pgoutput.Message): void | Promise<void> {
    const change = reader.read(message);
    if (change) return this.#options.onChange(change);
    if (message.tag !== 'commit') return;
    this.#lsn = message.commitEndLsn;
    this.#seenUntil = new Date(Number((message.commitTime as bigint) / 1000n));
  }

  /** Postgres says how far the log goes; all that concerns us up to there has come. */
  #heartbeat(service: LogicalReplicationService, lsn: string, respond: boolean): void {
    if (this.#lsn === null || parseLsn(lsn) > parseLsn(this.#lsn)) this.#lsn = lsn;
    this.#seenUntil = new Date();
    if (respond) this.#acknowledge(service, true);
  }

  #acknowledge(service: LogicalReplicationService, always = false): void {
    if (this.#lsn === null || (!always && this.#lsn === this.#acknowledged)) return;
    this.#acknowledged = this.#lsn;
    // The library adds one, and ours is the next byte's position already.
    const lastByte = formatLsn(parseLsn(this.#lsn) - 1n);
    service.acknowledge(lastByte).catch((error: Error) => this.#options.log('warning', 'AcknowledgeFailed', error.message));
  }
}
