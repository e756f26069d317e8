/**
 * Postgres Changes: whoever subscribes to tables is told of their changed rows, as far as their role and claims let them see
 * them.
 *
 *   idle      nobody subscribes: no slot, no connection.
 *   open      from the first subscription until some time after the last: changes are streamed and delivered.
 *
 * Published tables are looked at every now and then, and when a change of an unknown one comes: then subscriptions are
 * entered again, since `*` may mean more tables now, or a table none.
 */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../log.ts';
import { Audience } from './audience.ts';
import type { Change } from './change.ts';
import { Checker } from './checker.ts';
import { Delivery } from './delivery.ts';
import { idOf, readEntry } from './entry.ts';
import { MalformedEntry } from './filter.ts';
import { ChangeStream, type Gap } from './stream.ts';
import { type Params, SUBSCRIBED, type Subscriber, Subscription } from './subscription.ts';
import { type IdentifiedEntry, type PublishedTable, SubscriptionRefused, Subscriptions } from './subscriptions.ts';

export interface PostgresChangesOptions {
  databaseUrl: string;
  log: Log;
  /** How long the slot is kept after the last subscription left. */
  idleMs?: number;
  /** How often the published tables are looked at. */
  publicationMs?: number;
}

export interface ChangesPosition {
  streaming: boolean;
  /** Entries of channels, by table. */
  subscriptions: number;
  /** Changes that were read and not yet delivered. */
  waiting: number;
  /** Messages, since the server started. */
  delivered: number;
  /** Milliseconds from the last change's commit to its delivery; null before the first. */
  lagMs: number | null;
}

const IDLE_MS = 60_000;
const PUBLICATION_MS = 10_000;

interface Open {
  /** Resolves when changes are streamed. */
  ready: Promise<void>;
  audience: Audience;
  stream: ChangeStream;
  checker: Checker;
  delivery: Delivery;
  /** Published tables by number, once everybody who means them is entered for them. */
  published: Map<number, PublishedTable>;
  /** What they are about to be. */
  coming: Map<number, PublishedTable> | undefined;
  /** Somebody subscribed to a table that is not among them yet. */
  isBehind: boolean;
  looking: NodeJS.Timeout;
}

export class PostgresChanges {
  readonly #options: PostgresChangesOptions;
  readonly #subscriptions: Subscriptions;
  readonly #active = new Set<Subscription>();
  #open: Open | undefined;
  #refreshing: Promise<void> | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** Before it was last idle. */
  #delivered = 0;

  constructor(options: PostgresChangesOptions) {
    this.#options = options;
    this.#subscriptions = new Subscriptions(options.databaseUrl, (error) =>
      options.log('warning', 'SubscriptionDeletionFailed', error.message)
    );
  }

  /** Nothing is subscribed to before `renew`. */
  subscription(subscriber: Subscriber, params: readonly Params[]): Subscription {
    return new Subscription(this, subscriber, params);
  }

  /** How much there is to do, and how far it is. */
  position(): ChangesPosition {
    const open = this.#open;
    if (!open) return { streaming: false, subscriptions: 0, waiting: 0, delivered: this.#delivered, lagMs: null };
    const { waiting, delivered, lagMs } = open.delivery.position;
    const subscriptions = open.audience.size;
    return { streaming: open.stream.isStreaming, subscriptions, waiting, delivered: this.#delivered + delivered, lagMs };
  }

  async stop(): Promise<void> {
    for (const subscription of this.#active) subscription.end();
    clearTimeout(this.#idle);
    await this.#close();
    await this.#subscriptions.stop();
  }

  /**
   * Enters a subscription, or enters it again, with the claims that it has. Throws SubscriptionRefused, or why the database
   * cannot be asked. If it is entered once more meanwhile, only the later one counts.
   */
  async enter(subscription: Subscription): Promise<void> {
    clearTimeout(this.#idle);
    this.#active.add(subscription);
    const { isLatest, viewer } = subscription.begin();
    try {
      const entries = identified(subscription.params);
      const open = await this.#opened();
      // What is entered already is shown under the new rights from now on, before anything else can fail.
      if (isLatest()) subscription.showTo(viewer, open.audience);
      const entered = await this.#subscriptions.enter(entries, viewer.claims);
      await open.stream.ready();
      const uuids = entries.map(({ uuid }) => uuid);
      if (!isLatest()) return this.#subscriptions.remove(uuids);
      const interests = entries.flatMap(({ event, select, id }, index) =>
        entered[index]!.map(({ oid: table, filters }) => ({
          id,
          table,
          event,
          filters,
          select,
          viewer,
          listener: subscription.subscriber
        }))
      );
      this.#subscriptions.remove(subscription.replace(open.audience, interests, uuids));
      if (interests.some(({ table }) => !(open.coming ?? open.published).has(table))) open.isBehind = true;
    } catch (error) {
      if (error instanceof SubscriptionRefused && isLatest()) this.leave(subscription);
      throw error;
    }
  }

  /** Takes a subscription out. */
  leave(subscription: Subscription): void {
    this.#subscriptions.remove(subscription.clear());
    if (!this.#active.delete(subscription) || this.#active.size > 0) return;
    this.#idle = setTimeout(() => void this.#close(), this.#options.idleMs ?? IDLE_MS).unref();
  }

  async #opened(): Promise<Open> {
    const open = (this.#open ??= this.#make());
    try {
      await open.ready;
    } catch (error) {
      if (this.#open === open) await this.#close();
      throw error;
    }
    return open;
  }

  #make(): Open {
    const { databaseUrl, log, publicationMs = PUBLICATION_MS } = this.#options;
    const audience = new Audience();
    const checker = new Checker(databaseUrl);
    const delivery = new Delivery({ audience, checker, log, onTables: (changes) => this.#know(open, changes) });
    const stream = new ChangeStream({
      databaseUrl,
      log,
      onChange: (change) => {
        if (isAwaited(open, change)) return delivery.add(change);
      },
      onGap: (gap) => this.#tellOfGap(open, gap)
    });
    const looking = setInterval(() => this.#look(open), publicationMs).unref();
    const open: Open = {
      ready: Promise.resolve(),
      audience,
      stream,
      checker,
      delivery,
      published: new Map(),
      coming: undefined,
      isBehind: false,
      looking
    };
    open.ready = this.#begin(open);
    return open;
  }

  async #begin(open: Open): Promise<void> {
    await this.#subscriptions.clear();
    open.published = await this.#subscriptions.published();
    open.stream.start();
    await open.stream.ready();
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    clearInterval(open.looking);
    await open.stream.stop();
    await open.delivery.stop();
    this.#delivered += open.delivery.position.delivered;
    await open.checker.stop();
  }

  /**
   * A change of a table that nobody knew of yet may be somebody's. The stream can be ahead of the moment in which a commit
   * becomes visible to others, and who looks at the tables just now may have begun before it: both are waited for.
   */
  async #know(open: Open, changes: readonly Change[]): Promise<void> {
    await this.#refreshing?.catch(() => undefined);
    const unknown = changes.filter((change) => !isKnown(open, change));
    if (unknown.length === 0) return;
    await open.checker.untilVisible(unknown.map(({ xid }) => xid));
    await this.#refreshing?.catch(() => undefined);
    await this.#refresh(open);
  }

  #look(open: Open): void {
    this.#refresh(open).catch((error: Error) => this.#options.log('warning', 'CheckOidsError', error.message));
  }

  #refresh(open: Open): Promise<void> {
    this.#refreshing ??= this.#reconsider(open).finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #reconsider(open: Open): Promise<void> {
    const published = await this.#subscriptions.published();
    if (!open.isBehind && isDeepStrictEqual(published, open.published)) return;
    open.coming = published;
    open.isBehind = false;
    try {
      for (const subscription of this.#active)
        if (subscription.isEntered && !subscription.fits(published)) await subscription.enterAgain();
      open.published = published;
    } catch (error) {
      open.isBehind = true;
      throw error;
    } finally {
      open.coming = undefined;
    }
  }

  /** The real server passes over it; here those concerned know that they have to look for themselves. */
  #tellOfGap(open: Open, { from, to }: Gap): void {
    open.delivery.forget();
    const message =
      `The connection to the database was lost: changes committed between ${from.toISOString()} and ${to.toISOString()} ` +
      'may not have been delivered';
    for (const { isEntered, subscriber } of this.#active) {
      if (!isEntered) continue;
      subscriber.tell('error', message);
      subscriber.tell('ok', SUBSCRIBED);
    }
    this.#look(open);
  }
}

/** Throws SubscriptionRefused for the last entry that means nothing, as the real server does. */
function identified(params: readonly Params[]): (IdentifiedEntry & { id: number })[] {
  try {
    const identify = (entry: Params) => ({ ...readEntry(entry), id: idOf(entry), uuid: randomUUID() });
    return params.toReversed().map(identify).reverse();
  } catch (error) {
    if (!(error instanceof MalformedEntry)) throw error;
    throw new SubscriptionRefused(error.message, { cause: error });
  }
}

function isKnown(open: Open, { table, schema, name }: Change): boolean {
  const known = open.published.get(table);
  return known?.schema === schema && known.name === name;
}

/** Most changes of a busy database may be nobody's. */
function isAwaited(open: Open, change: Change): boolean {
  return !isKnown(open, change) || open.audience.hears(change.table);
}
