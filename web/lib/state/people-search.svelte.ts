import { type Chat, type Person, RateLimited, Refused } from '#lib/chat/index.ts';

const PAUSE_MS = 180;
/** Shorter texts match everybody; the server refuses them. */
const SHORTEST = 2;

/** Finding people while typing: asks after a short pause, and shows the answer to the newest question only. */
export class PeopleSearch {
  #query = $state('');
  #people = $state.raw<readonly Person[]>([]);
  #status = $state<'idle' | 'searching' | 'done' | 'failed'>('idle');
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #find: Chat['searchUsers'];

  constructor(find: Chat['searchUsers']) {
    this.#find = find;
  }

  get query(): string {
    return this.#query;
  }

  set query(text: string) {
    this.#query = text;
    clearTimeout(this.#timer);
    const wanted = text.trim().replace(/^@/, '');
    if (wanted.length < SHORTEST) {
      this.#people = [];
      this.#status = 'idle';
      return;
    }
    this.#status = 'searching';
    this.#timer = setTimeout(() => void this.#search(wanted, text), PAUSE_MS);
  }

  get people(): readonly Person[] {
    return this.#people;
  }

  /** 'idle' while there is too little to search for. */
  get status() {
    return this.#status;
  }

  async #search(wanted: string, asked: string): Promise<void> {
    try {
      const people = await this.#find(wanted);
      if (this.#query !== asked) return;
      this.#people = people;
      this.#status = 'done';
    } catch (error) {
      if (this.#query !== asked) return;
      this.#people = [];
      this.#status = error instanceof Refused ? 'done' : 'failed';
      if (error instanceof RateLimited) this.#timer = setTimeout(() => void this.#search(wanted, asked), error.retryAfterMs);
    }
  }
}
