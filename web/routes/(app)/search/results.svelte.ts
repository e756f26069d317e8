import type { Found, MessageQuery, MessageSearch } from '#lib/api/search.ts';
import type { OpenedFound } from '#lib/chat/index.ts';
import type { People } from '#lib/api/people.ts';
import type { Person } from '#lib/chat/index.ts';

/** `isHere`: of an encrypted conversation, found on this device. */
export type Result = Omit<Found, 'cursor'> & { isHere: boolean };

/** Finds what this device has opened; newest first, all at once. */
export type SearchHere = (query: MessageQuery) => Promise<readonly OpenedFound[]>;

/** What a search has brought so far, page by page, and what this device has found. Only the newest question counts. */
export class Results {
  #found = $state.raw<readonly Found[]>([]);
  #here = $state.raw<readonly OpenedFound[]>([]);
  #people = $state.raw<Readonly<Record<string, Person>>>({});
  #status = $state<'idle' | 'searching' | 'done' | 'failed'>('idle');
  #error = $state.raw<unknown>();
  #hasMore = $state(false);
  #asked = 0;
  #query: MessageQuery | null = null;
  readonly #search: MessageSearch;
  readonly #profiles: People;
  readonly #searchHere: SearchHere;

  constructor(search: MessageSearch, profiles: People, searchHere: SearchHere) {
    this.#search = search;
    this.#profiles = profiles;
    this.#searchHere = searchHere;
  }

  /** What is best is the server's to say of its own: what was found here stands before it. */
  get found(): readonly Result[] {
    const all = [
      ...this.#here.map((message) => ({ ...message, isHere: true })),
      ...this.#found.map((message) => ({ ...message, isHere: false }))
    ];
    return this.#query?.newestFirst ? all.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime()) : all;
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
    this.#here = [];
    this.#hasMore = false;
    this.#asked++;
    this.#status = 'idle';
    if (!query) return;
    void this.more();
    void this.lookHere();
  }

  /** Looks again at what this device has opened, which may be more now. Never rejects: what cannot be searched here is not found. */
  async lookHere(): Promise<void> {
    const query = this.#query;
    if (!query) return;
    const here = await this.#searchHere(query).catch(() => []);
    const people = await this.#profiles.byId(here.flatMap(({ senderId }) => senderId ?? [])).catch(() => null);
    if (query !== this.#query) return;
    this.#here = here;
    this.#people = { ...this.#people, ...Object.fromEntries(people ?? []) };
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
