import type { Found, MessageQuery, MessageSearch } from '#lib/api/search.ts';
import type { People } from '#lib/api/people.ts';
import type { Person } from '#lib/chat/index.ts';

/** What a search has brought so far, page by page. Only the newest question counts. */
export class Results {
  #found = $state.raw<readonly Found[]>([]);
  #people = $state.raw<Readonly<Record<string, Person>>>({});
  #status = $state<'idle' | 'searching' | 'done' | 'failed'>('idle');
  #error = $state.raw<unknown>();
  #hasMore = $state(false);
  #asked = 0;
  #query: MessageQuery | null = null;
  readonly #search: MessageSearch;
  readonly #profiles: People;

  constructor(search: MessageSearch, profiles: People) {
    this.#search = search;
    this.#profiles = profiles;
  }

  get found() {
    return this.#found;
  }

  /** Who has said what was found. */
  get people() {
    return this.#people;
  }

  /** 'searching' while the first page is awaited, and while another is. */
  get status() {
    return this.#status;
  }

  get error() {
    return this.#error;
  }

  get hasMore() {
    return this.#hasMore;
  }

  /** Null empties it. */
  ask(query: MessageQuery | null): void {
    this.#query = query;
    this.#found = [];
    this.#hasMore = false;
    this.#asked++;
    this.#status = 'idle';
    if (query) void this.more();
  }

  /** The next page, or the same one again after a failure. Never rejects. */
  async more(): Promise<void> {
    const query = this.#query;
    if (!query) return;
    const asked = ++this.#asked;
    this.#status = 'searching';
    try {
      const { found, hasMore } = await this.#search.find(query, this.#found.at(-1)?.cursor ?? null);
      const people = await this.#profiles.byId(found.flatMap(({ senderId }) => senderId ?? []));
      if (asked !== this.#asked) return;
      this.#found = [...this.#found, ...found];
      this.#people = { ...this.#people, ...Object.fromEntries(people) };
      this.#hasMore = hasMore;
      this.#status = 'done';
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#error = error;
      this.#status = 'failed';
    }
  }
}
