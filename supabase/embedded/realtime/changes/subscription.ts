/** What one channel subscribes to. */
import type { Claims } from '../tokens.ts';
import type { Audience, Interest, Listener, Viewer } from './audience.ts';
import { readEntry } from './entry.ts';
import type { PostgresChanges } from './postgres-changes.ts';
import { isMeant, type PublishedTable, SubscriptionRefused } from './subscriptions.ts';

export const SUBSCRIBED = 'Subscribed to PostgreSQL';

/** A channel that subscribes. */
export interface Subscriber extends Listener {
  /** What becomes of its subscriptions, for the client. */
  tell(status: 'ok' | 'error', message: string): void;
}

/** One entry of a join's `postgres_changes`, as it came. */
export type Params = Record<string, unknown>;

export class Subscription {
  readonly subscriber: Subscriber;
  readonly params: readonly Params[];
  readonly #changes: PostgresChanges;
  #viewer: Viewer | undefined;
  #audience: Audience | undefined;
  #interests: Interest[] = [];
  #uuids: string[] = [];
  #turn = 0;
  #ended = false;

  constructor(changes: PostgresChanges, subscriber: Subscriber, params: readonly Params[]) {
    this.#changes = changes;
    this.subscriber = subscriber;
    this.params = params;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get isEntered(): boolean {
    return this.#interests.length > 0;
  }

  /** Subscribes, or goes on under new claims. Throws SubscriptionRefused, or why the database cannot be asked. */
  async renew(claims: Claims): Promise<void> {
    if (this.#ended) return;
    this.#viewer = { role: claims.role, claims: JSON.stringify(claims) };
    await this.#changes.enter(this);
  }

  /** Whether it would mean the same tables if these are published. */
  fits(published: ReadonlyMap<number, PublishedTable>): boolean {
    const entries = this.params.map(readEntry);
    const meant = [...published].filter(([, { schema, name }]) =>
      entries.some((entry) => isMeant(entry.schema, schema) && isMeant(entry.table, name))
    );
    const had = new Set(this.#interests.map(({ table }) => table));
    return meant.length === had.size && meant.every(([oid]) => had.has(oid));
  }

  /** The published tables are others now. */
  async enterAgain(): Promise<void> {
    try {
      await this.#changes.enter(this);
      this.subscriber.tell('ok', SUBSCRIBED);
    } catch (error) {
      if (!(error instanceof SubscriptionRefused)) throw error;
      this.subscriber.tell('error', error.message);
    }
  }

  end(): void {
    this.#ended = true;
    this.#changes.leave(this);
  }

  /** It is being entered: for whom, and whether nothing came after it. */
  begin(): { viewer: Viewer; isLatest: () => boolean } {
    this.#turn += 1;
    const turn = this.#turn;
    return { viewer: this.#viewer!, isLatest: () => turn === this.#turn && !this.#ended };
  }

  showTo(viewer: Viewer, audience: Audience): void {
    this.#replaceInterests(
      audience,
      this.#interests.map((interest) => ({ ...interest, viewer }))
    );
  }

  /** Returns the rows that are not needed any more. */
  replace(audience: Audience, interests: Interest[], uuids: string[]): string[] {
    const before = this.#uuids;
    this.#replaceInterests(audience, interests);
    this.#uuids = uuids;
    return before;
  }

  clear(): string[] {
    const before = this.#uuids;
    if (this.#audience) this.#replaceInterests(this.#audience, []);
    this.#uuids = [];
    return before;
  }

  #replaceInterests(audience: Audience, interests: Interest[]): void {
    for (const interest of this.#interests) this.#audience?.remove(interest);
    this.#audience = audience;
    this.#interests = interests;
    for (const interest of interests) audience.add(interest);
  }
}
