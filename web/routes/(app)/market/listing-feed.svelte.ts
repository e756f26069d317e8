import type { Listing, Listings } from '#lib/api/listings.ts';

/** Somebody who types is not asked for every letter. */
const PAUSE_MS = 250;

/** What is on the market, page after page, or what of it has certain words. */
export class ListingFeed {
  #listings = $state.raw<readonly Listing[]>();
  #error = $state.raw<unknown>();
  #busy = $state(false);
  #next = $state.raw<Listing['cursor'] | null>(null);
  #query = $state('');
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #api: Pick<Listings, 'market' | 'search'>;

  constructor(api: Pick<Listings, 'market' | 'search'>) {
    this.#api = api;
  }

  /** Undefined until the first of it has come. */
  get listings(): readonly Listing[] | undefined {
    return this.#listings;
  }

  /** Why the last question failed. */
  get error(): unknown {
    return this.#error;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  get query(): string {
    return this.#query;
  }

  set query(text: string) {
    this.#query = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.reload(), PAUSE_MS);
  }

  /** From the beginning; what was there stays until the answer has come. Never rejects. */
  reload(): Promise<void> {
    const query = this.#query.trim();
    return this.#ask(async () => {
      const { listings, next } = query ? { listings: await this.#api.search(query), next: null } : await this.#api.market(null);
      return { listings, next };
    });
  }

  /** The page after what is there. Never rejects. */
  more(): Promise<void> {
    const before = this.#listings ?? [];
    return this.#ask(async () => {
      const { listings, next } = await this.#api.market(this.#next);
      return { listings: [...before, ...listings], next };
    });
  }

  /** Only the answer to the newest question counts. */
  async #ask(load: () => Promise<{ listings: readonly Listing[]; next: Listing['cursor'] | null }>): Promise<void> {
    const asked = ++this.#asked;
    this.#busy = true;
    try {
      const { listings, next } = await load();
      if (asked !== this.#asked) return;
      this.#listings = listings;
      this.#next = next;
      this.#error = undefined;
    } catch (error) {
      if (asked === this.#asked) this.#error = error;
    } finally {
      if (asked === this.#asked) this.#busy = false;
    }
  }
}
