import { Distrusted, readKeyLog, type KeyLogEntry, type PersonKeys } from '../../e2ee/index.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Log } from '../log.ts';
import type { KeyBackend } from './key-backend.ts';
import type { KeyStore, KnownPerson } from './key-store.ts';

type Options = {
  me: string;
  backend: Pick<KeyBackend, 'keyLogs'>;
  store: Pick<KeyStore, 'people' | 'putPerson'>;
  log: Log;
};

type Followed = { entries: readonly KeyLogEntry[]; keys: PersonKeys | null; distrust: Distrusted | null };

const NOTHING: Followed = { entries: [], keys: null, distrust: null };

/**
 * Whose keys are whose, by the key logs of people: each is followed from its beginning, and what was once seen of it is remembered on
 * this device, so that the server cannot show another past later.
 */
export class PeopleKeys {
  #options: Options;
  #followed = new Map<string, Followed>();
  #known = new Map<string, KnownPerson>();
  #loading: Promise<void> | null = null;
  #work: Promise<unknown> = Promise.resolve();
  #changes = new LiveValue(0);

  constructor(options: Options) {
    this.#options = options;
  }

  /** Another value whenever more is known of anybody. */
  get changes(): Live<number> {
    return this.#changes;
  }

  /** What is known here of somebody, without asking; null for who has no keys. Throws Distrusted for a log that is not true. */
  get(userId: string): PersonKeys | null {
    const { keys, distrust } = this.#followed.get(userId) ?? NOTHING;
    if (distrust) throw distrust;
    return keys;
  }

  known(userId: string): KnownPerson | null {
    return this.#known.get(userId) ?? null;
  }

  /** Reads on in these people's logs. Rejects as a call does; whose log is not true is told by get(). */
  follow(userIds: Iterable<string>): Promise<void> {
    const wanted = [...new Set(userIds)];
    const turn = this.#work.then(() => this.#follow(wanted));
    this.#work = turn.catch(() => {});
    return turn;
  }

  /** What lies on this device is there. */
  load(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  /** Asks only about those of whom nothing is known yet. */
  async need(userIds: Iterable<string>): Promise<void> {
    await this.load();
    const unknown = [...new Set(userIds)].filter((id) => !this.#followed.has(id));
    if (unknown.length > 0) await this.follow(unknown);
  }

  /** The keys of somebody were compared. */
  async note(userId: string, change: Pick<KnownPerson, 'verified'>): Promise<void> {
    const known = this.#known.get(userId);
    if (known) await this.#remember({ ...known, ...change });
  }

  async #follow(userIds: readonly string[]): Promise<void> {
    await this.load();
    if (userIds.length === 0) return;
    const after = new Map(userIds.map((id) => [id, this.#followed.get(id)?.entries.length ?? 0]));
    const rows = Map.groupBy(await this.#options.backend.keyLogs(after), (row) => row.user_id);
    let hasChanged = false;
    for (const userId of userIds) {
      const fresh = rows.get(userId) ?? [];
      const before = this.#followed.get(userId);
      if (before && fresh.length === 0) continue;
      hasChanged = true;
      await this.#read(userId, [...(before?.entries ?? []), ...fresh.map(({ entry }) => entry)]);
    }
    if (hasChanged) this.#changes.set(this.#changes.current + 1);
  }

  async #read(userId: string, entries: readonly KeyLogEntry[]): Promise<void> {
    const known = this.#known.get(userId) ?? null;
    if (entries.length === 0 && !known) {
      this.#followed.set(userId, NOTHING);
      return;
    }
    try {
      const keys = await readKeyLog(userId, entries, known);
      this.#followed.set(userId, { entries, keys, distrust: null });
      const { length, head } = keys;
      await this.#remember({ verified: null, ...known, of: userId, entries, length, head });
    } catch (error) {
      if (!(error instanceof Distrusted)) throw error;
      this.#options.log('keys_distrusted', { userId, error });
      this.#followed.set(userId, { entries: [], keys: null, distrust: error });
    }
  }

  async #load(): Promise<void> {
    try {
      for (const person of await this.#options.store.people(this.#options.me)) {
        this.#known.set(person.of, person);
        await this.#read(person.of, person.entries);
      }
    } catch (error) {
      this.#loading = null;
      throw error;
    }
  }

  async #remember(person: KnownPerson): Promise<void> {
    this.#known.set(person.of, person);
    await this.#options.store.putPerson(this.#options.me, person);
  }
}
