import { LiveValue } from '../live.ts';
import type { Log } from '../log.ts';
import type { Person } from '../person.ts';
import type { ConversationRecords } from '../record/conversation-record.ts';
import type { ProfileRow } from '../wire/rows.ts';

export type Directory = ReadonlyMap<string, Person>;

export const toPerson = (row: ProfileRow): Person => ({
  id: row.id,
  handle: row.handle,
  displayName: row.display_name,
  avatarUrl: row.avatar_url
});

/** Everybody whose profile has come by: members, partners, and senders who have left, who are asked for. */
export class People {
  readonly all = new LiveValue<Directory>(new Map());
  #fetch: (ids: readonly string[]) => Promise<readonly ProfileRow[]>;
  #log: Log;
  #asked = new Set<string>();
  #seen = new WeakSet<object>();

  constructor(fetch: (ids: readonly string[]) => Promise<readonly ProfileRow[]>, log: Log) {
    this.#fetch = fetch;
    this.#log = log;
  }

  learn(rows: Iterable<ProfileRow>): void {
    let changed: Map<string, Person> | null = null;
    for (const row of rows) {
      const known = (changed ?? this.all.current).get(row.id);
      if (known && same(known, row)) continue;
      changed ??= new Map(this.all.current);
      changed.set(row.id, toPerson(row));
    }
    if (changed) this.all.set(changed);
  }

  learnFrom(records: ConversationRecords, ids: Iterable<string>): void {
    for (const id of ids) {
      const record = records.get(id);
      // A crowd is looked at once, not with every message.
      if (!record || this.#seen.has(record.members)) continue;
      this.#seen.add(record.members);
      this.learn([...record.members.values()].map((member) => ({ ...member, id: member.user_id })));
      if (record.partner) this.learn([record.partner]);
    }
  }

  /** Fetches those who are not known; each is asked for once, again only after a failure. */
  need(ids: Iterable<string | null>): void {
    const missing = [...new Set(ids)].filter(
      (id): id is string => id !== null && !this.all.current.has(id) && !this.#asked.has(id)
    );
    if (missing.length === 0) return;
    for (const id of missing) this.#asked.add(id);
    this.#fetch(missing).then(
      (rows) => this.learn(rows),
      (error: unknown) => {
        for (const id of missing) this.#asked.delete(id);
        this.#log('people_unavailable', error);
      }
    );
  }
}

const same = (person: Person, row: ProfileRow) =>
  person.handle === row.handle && person.displayName === row.display_name && person.avatarUrl === row.avatar_url;
