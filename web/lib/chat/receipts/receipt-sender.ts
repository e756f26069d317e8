import type { Backend, Marks } from '../backend.ts';
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { Refused } from '../errors.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Log } from '../log.ts';
import type { Store } from '../outbox/store.ts';
import type { MarkRow } from '../wire/receipts.ts';
import { KeptReads, type Mark } from './kept-reads.ts';

/** Receipts that come together go in one call. */
const GATHER_MS = 20;
/** From one call to the next at least. */
const BATCH_MS = 300;
/** The server takes at most 500 in one call. */
const MARKS_MAX = 500;

export type ReceiptSenderOptions = {
  userId: string;
  store: Pick<Store, 'reads' | 'raiseReads' | 'removeReads'>;
  backend: Pick<Backend, 'markDelivered' | 'markRead'>;
  onMarked: (rows: readonly MarkRow[]) => void;
  clock: Clock;
  log: Log;
};

/**
 * Tells the server what was delivered to this client and read here: the highest seq of each conversation, batched, until it is told.
 * What was read is kept on the device until then; what was delivered, the record shows again after a restart.
 */
export class ReceiptSender {
  #options: ReceiptSenderOptions;
  #delivered = new Map<string, number>();
  #read = new Map<string, number>();
  #reads = new LiveValue<ReadonlyMap<string, number>>(new Map());
  #cancelTimer: (() => void) | null = null;
  #sending: Promise<void> | null = null;
  #failures = 0;
  #sentAt = -Infinity;
  #running = false;
  #kept: KeptReads;

  constructor(options: ReceiptSenderOptions) {
    this.#options = options;
    this.#kept = new KeptReads(options);
  }

  /** What was read here, by conversation, whether or not the server knows it yet. */
  get reads(): Live<ReadonlyMap<string, number>> {
    return this.#reads;
  }

  start(): void {
    this.#running = true;
    this.#schedule();
  }

  /** What was read here, in an earlier life of this client or in a tab that is gone, is told from here. Whoever tells it, it is the same. */
  async takeUp(): Promise<void> {
    for (const { conversationId, seq } of await this.#kept.load()) this.#raiseRead(conversationId, seq);
  }

  /** `tell`: what is waiting is sent, once. */
  async stop(tell: boolean): Promise<void> {
    this.#running = false;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    await this.#sending;
    if (tell) await this.#send();
    await this.#kept.written();
  }

  delivered(conversationId: string, seq: number): void {
    raise(this.#delivered, conversationId, seq);
    this.#schedule();
  }

  read(conversationId: string, seq: number): void {
    if (this.#raiseRead(conversationId, seq)) this.#kept.keep(conversationId, seq);
  }

  /** Not a member any more: nothing to tell. */
  forget(conversationId: string): void {
    this.#delivered.delete(conversationId);
    this.#read.delete(conversationId);
    if (!this.#reads.current.has(conversationId)) return;
    const reads = new Map(this.#reads.current);
    reads.delete(conversationId);
    this.#reads.set(reads);
  }

  /** There is reason to hope. */
  wake(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#sentAt = -Infinity;
    this.#schedule();
  }

  #raiseRead(conversationId: string, seq: number): boolean {
    if (seq <= (this.#reads.current.get(conversationId) ?? 0)) return false;
    this.#reads.set(new Map(this.#reads.current).set(conversationId, seq));
    raise(this.#read, conversationId, seq);
    this.#schedule();
    return true;
  }

  #schedule(): void {
    const { clock } = this.#options;
    if (!this.#running || this.#cancelTimer || this.#sending || this.#read.size + this.#delivered.size === 0) return;
    const pause = this.#failures > 0 ? backoffMs(this.#failures, () => clock.random()) : BATCH_MS;
    this.#cancelTimer = clock.after(Math.max(GATHER_MS, this.#sentAt + pause - clock.now()), () => {
      this.#cancelTimer = null;
      this.#sentAt = clock.now();
      this.#sending = this.#send().finally(() => {
        this.#sending = null;
        this.#schedule();
      });
    });
  }

  async #send(): Promise<void> {
    const { backend } = this.#options;
    // What is read is delivered.
    for (const [id, seq] of this.#read) if ((this.#delivered.get(id) ?? 0) <= seq) this.#delivered.delete(id);
    const results = [
      await this.#call(
        this.#read,
        (marks) => backend.markRead(marks),
        (told) => this.#kept.told(told)
      ),
      await this.#call(this.#delivered, (marks) => backend.markDelivered(marks))
    ];
    this.#failures = results.includes(false) ? this.#failures + 1 : 0;
  }

  /** False when it has to be repeated. */
  async #call(
    waiting: Map<string, number>,
    tell: (marks: Marks) => Promise<MarkRow[]>,
    onTold: (told: readonly Mark[]) => void = () => {}
  ): Promise<boolean> {
    const batch = [...waiting].slice(0, MARKS_MAX);
    if (batch.length === 0) return true;
    try {
      const rows = await tell(Object.fromEntries(batch));
      settle(waiting, batch);
      onTold(batch);
      this.#options.onMarked(rows);
      return true;
    } catch (error) {
      this.#options.log('receipts_failed', error);
      if (!(error instanceof Refused)) return false;
      settle(waiting, batch);
      onTold(batch);
      return true;
    }
  }
}

function raise(marks: Map<string, number>, id: string, seq: number): void {
  if (seq > (marks.get(id) ?? 0)) marks.set(id, seq);
}

/** Removes what has been told, unless it has risen meanwhile. */
function settle(marks: Map<string, number>, told: readonly Mark[]): void {
  for (const [id, seq] of told) if (marks.get(id) === seq) marks.delete(id);
}
