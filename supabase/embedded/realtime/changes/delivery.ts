/**
 * Changes on their way from the stream to those who listen: they wait while the questions of those before them are asked,
 * and go together when it is their turn.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Audience } from './audience.ts';
import { Batch } from './batch.ts';
import type { Change, Row } from './change.ts';
import type { Checker } from './checker.ts';
import type { TableFacts } from './facts.ts';
import type { Answers } from './questions.ts';
import { Unreachable } from './unreachable.ts';

/** A longer batch would keep the first of it waiting. */
const MOST_AT_ONCE = 200;
/** With more than this waiting, nothing more is read from the stream; with half of it, again. */
const MOST_WAITING = 4_000;
const MOST_LETTERS = 32_000_000;
const RETRY_FIRST_MS = 100;
const RETRY_MOST_MS = 2_000;
/** A table that changes its columns with every change would otherwise be asked about for ever. */
const MOST_ATTEMPTS = 10;

export interface DeliveryOptions {
  audience: Audience;
  checker: Checker;
  log: Log;
  /** Called with the tables of changes before anybody is looked up, and waited for. */
  onTables: (changes: readonly Change[]) => Promise<void>;
}

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #facts = new Map<number, TableFacts>();
  readonly #ending = new AbortController();
  #waiting: Change[] = [];
  #letters = 0;
  #working: Promise<void> | undefined;
  #room: PromiseWithResolvers<void> | undefined;
  #delivered = 0;
  #lagMs: number | null = null;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  get position() {
    return { waiting: this.#waiting.length, delivered: this.#delivered, lagMs: this.#lagMs };
  }

  /** The promise is open while there are too many already. */
  add(change: Change): void | Promise<void> {
    this.#waiting.push(change);
    this.#letters += lettersOf(change);
    this.#working ??= this.#work();
    if (this.#waiting.length < MOST_WAITING && this.#letters < MOST_LETTERS) return;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  /** The database may be another one: nothing is known of its tables. */
  forget(): void {
    this.#facts.clear();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    this.#room?.resolve();
    await this.#working;
  }

  async #work(): Promise<void> {
    // What was committed together, and lies in the same piece of the stream, is looked up together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0 && !this.#ending.signal.aborted) {
      const changes = this.#waiting.splice(0, MOST_AT_ONCE);
      await this.#deliver(changes);
      for (const change of changes) this.#letters -= lettersOf(change);
      if (this.#room && this.#waiting.length <= MOST_WAITING / 2 && this.#letters <= MOST_LETTERS / 2) {
        this.#room.resolve();
        this.#room = undefined;
      }
    }
    this.#working = undefined;
  }

  async #deliver(changes: readonly Change[]): Promise<void> {
    const { log, onTables } = this.#options;
    const { signal } = this.#ending;
    for (let waitMs = RETRY_FIRST_MS; !signal.aborted; waitMs = Math.min(waitMs * 2, RETRY_MOST_MS)) {
      try {
        await onTables(changes);
        this.#delivered += await this.#lookUpAndSend(changes);
        this.#lagMs = Math.max(0, Date.now() - changes.at(-1)!.time.getTime());
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof Unreachable)) return this.#deliverHalves(changes, error as Error);
        // Nothing is lost by waiting: rows are looked up as they are then.
        log('warning', 'UnableToCheckChanges', error.message);
        await delay(waitMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** One change that nobody can be asked about must not take others with it. */
  async #deliverHalves(changes: readonly Change[], error: Error): Promise<void> {
    const half = Math.ceil(changes.length / 2);
    if (changes.length > 1) {
      await this.#deliver(changes.slice(0, half));
      await this.#deliver(changes.slice(half));
      return;
    }
    const { schema, name, type } = changes[0]!;
    this.#options.log('error', 'ChangeNotDelivered', error.message, { schema, table: name, type });
  }

  async #lookUpAndSend(changes: readonly Change[]): Promise<number> {
    const { audience, checker } = this.#options;
    const heard = changes.filter(({ table }) => audience.hears(table));
    if (heard.length === 0) return 0;
    await this.#learn(heard);
    const complete = await this.#complete(heard);
    let apart = false;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const batch = new Batch(complete, audience, this.#facts, { apart });
      if (batch.isEmpty) return 0;
      const answers = await checker.ask(batch.questions);
      if (this.#correct(answers)) await this.#learn(heard);
      else if (!apart && batch.failsTogether(answers)) apart = true;
      else {
        for (const seen of answers.seen) if (typeof seen === 'string') this.#options.log('warning', 'RlsPolicyError', seen);
        return batch.deliver(answers);
      }
    }
    throw new Error('The table changes faster than it can be looked at');
  }

  /** Makes sure that tables are known, for every role that listens. */
  async #learn(changes: readonly Change[]): Promise<void> {
    const { audience, checker } = this.#options;
    const tables = [...new Set(changes.map(({ table }) => table))]
      .map((oid) => ({ oid, signature: null, roles: audience.roles(oid) }))
      .filter(({ oid, roles }) => roles.some((role) => this.#facts.get(oid)?.roles[role] === undefined));
    if (tables.length === 0) return;
    this.#correct(await checker.ask({ xids: [], tables, filters: [], values: [], checks: [] }));
  }

  /** Notes what is otherwise than it was taken for. False if all is. */
  #correct({ tables }: Answers): boolean {
    let corrected = false;
    for (const facts of tables) {
      if (facts === null) continue;
      corrected = true;
      if (facts.signature === null) this.#facts.delete(facts.oid);
      else this.#facts.set(facts.oid, facts);
    }
    return corrected;
  }

  /** The stream leaves out generated columns: they are computed again. */
  async #complete(changes: readonly Change[]): Promise<readonly Change[]> {
    const rows: { facts: TableFacts; row: Row }[] = [];
    const places: { at: number; part: 'record' | 'old' }[] = [];
    changes.forEach((change, at) => {
      const facts = this.#facts.get(change.table);
      if (!facts?.columns.some(({ generated }) => generated !== null)) return;
      for (const part of ['record', 'old'] as const) {
        const row = change[part];
        if (!row || !isComputable(facts, row)) continue;
        rows.push({ facts, row });
        places.push({ at, part });
      }
    });
    if (rows.length === 0) return changes;
    const computed = await this.#options.checker.completed(rows);
    const complete = [...changes];
    places.forEach(({ at, part }, index) => (complete[at] = { ...complete[at]!, [part]: computed[index]! }));
    return complete;
  }
}

function lettersOf({ record, old }: Change): number {
  let letters = 0;
  for (const row of [record, old]) if (row) for (const name in row) letters += row[name]?.length ?? 0;
  return letters;
}

/** Nothing is missing of which the expressions could be made. */
function isComputable(facts: TableFacts, row: Row): boolean {
  return facts.columns.every(({ name, generated }) => generated !== null || row[name] !== undefined);
}
