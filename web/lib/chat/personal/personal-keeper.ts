import { LiveValue, type Live } from '../live.ts';
import type { NotificationRow, PersonalAnswer, PersonalChange } from '../wire/personal.ts';
import { mergePersonalEvent, mergePersonalPage, startAnew, withoutDrafts, type MergedPersonal } from './merge-personal.ts';
import { nothingPersonal, type PersonalRecord } from './personal-record.ts';

export type PersonalKeeperOptions = {
  /** Something is missing. */
  needsSync: () => void;
  onChange: (change: { /** It is not the next state of what was known, but another one. */ anew: boolean }) => void;
  /** Notifications that came while this client was there. */
  onArrived: (notifications: readonly NotificationRow[]) => void;
};

/** As in the record of a conversation: a server that stays behind over so many answers has lost what it told, and what it says holds. */
const BEHIND_MAX = 5;

/** Holds what is a person's own. Every change of it goes through one of its merges, and nothing else writes to it. */
export class PersonalKeeper {
  #options: PersonalKeeperOptions;
  #record = new LiveValue<PersonalRecord>(nothingPersonal);
  #loaded = new LiveValue(false);
  #behind = 0;

  constructor(options: PersonalKeeperOptions) {
    this.#options = options;
  }

  get record(): Live<PersonalRecord> {
    return this.#record;
  }

  /** All of it has been had once since the start. */
  get loaded(): Live<boolean> {
    return this.#loaded;
  }

  get cursor(): number {
    return this.#record.current.cursor;
  }

  /** What was kept on this device, unless more is known already. */
  restore(kept: PersonalRecord): void {
    if (kept.cursor > this.cursor) this.#record.set({ ...kept, held: this.#record.current.held });
  }

  /** A live event, or a row that the server has just changed for us. */
  apply(change: PersonalChange): void {
    this.#put(mergePersonalEvent(this.#record.current, change));
  }

  /** A page of sync() that was asked for with the cursor `asked`. Returns whether to ask for more. */
  applySync(page: PersonalAnswer, asked: number): boolean {
    const before = this.cursor;
    // Below what was asked for: it does not see yet what it has announced, or it begins again.
    if (page.cursor < asked) {
      this.#behind += 1;
      if (this.#behind < BEHIND_MAX) {
        if (this.#behind === 1) this.#options.needsSync();
        return false;
      }
      this.#put(startAnew(page), true);
    } else this.#put(mergePersonalPage(this.#record.current, page));
    this.#behind = 0;
    if (!page.more) this.#loaded.set(true);
    return page.more && this.cursor !== before;
  }

  /** A page that another tab was answered. Returns whether this one has come as far by it. */
  overhear(page: PersonalAnswer, asked: number): boolean {
    if (page.cursor <= this.cursor) return true;
    if (asked > this.cursor) return false;
    this.#put(mergePersonalPage(this.#record.current, page));
    return !page.more;
  }

  /** Messages of this person's that exist now. */
  sent(messageIds: ReadonlySet<string>): void {
    this.#put({ record: withoutDrafts(this.#record.current, messageIds), arrived: [], sync: false });
  }

  isUnsettled(): boolean {
    return this.#record.current.held.length > 0 || this.#behind > 0;
  }

  /** Forgets events that nothing followed on. */
  giveUp(): void {
    this.#behind = 0;
    const record = this.#record.current;
    if (record.held.length > 0) this.#put({ record: { ...record, held: [] }, arrived: [], sync: false });
  }

  #put({ record, arrived, sync }: MergedPersonal, anew = false): void {
    if (record !== this.#record.current) {
      this.#record.set(record);
      this.#options.onChange({ anew });
    }
    if (arrived.length > 0 && this.#loaded.current) this.#options.onArrived(arrived);
    if (sync) this.#options.needsSync();
  }
}
