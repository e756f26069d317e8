import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../outbox/store.ts';
import { fromKeptPersonal, toKeptPersonal } from './kept-personal.ts';
import type { PersonalRecord } from './personal-record.ts';

/** Changes are written together. */
const SAVE_AFTER_MS = 500;

export type PersonalSaverOptions = {
  userId: string;
  store: Pick<Store, 'personal' | 'putPersonal' | 'removePersonal'>;
  get: () => PersonalRecord;
  clock: Clock;
  log: Log;
};

/** Keeps what is a person's own on this device, for the next start. */
export class PersonalSaver {
  #options: PersonalSaverOptions;
  #isChanged = false;
  #isAnew = false;
  #cancelTimer: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(options: PersonalSaverOptions) {
    this.#options = options;
  }

  async load(): Promise<PersonalRecord | null> {
    const { store, userId, log } = this.#options;
    try {
      return fromKeptPersonal(await store.personal(userId));
    } catch (error) {
      log('personal_unreadable', error);
      return null;
    }
  }

  /** `anew`: what is kept is of another life of the server, and goes, however far it had come. */
  changed(anew: boolean): void {
    if (this.#ended) return;
    this.#isChanged = true;
    this.#isAnew ||= anew;
    this.#cancelTimer ??= this.#options.clock.after(SAVE_AFTER_MS, () => void this.save());
  }

  /** Writes now what has changed; resolves when it is written. */
  save(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#ended || !this.#isChanged) return this.#writing;
    const { store, userId, get } = this.#options;
    const kept = toKeptPersonal(userId, get());
    const isAnew = this.#isAnew;
    this.#isChanged = false;
    this.#isAnew = false;
    return this.#write(async () => {
      if (isAnew) await store.removePersonal(userId);
      await store.putPersonal(kept);
    });
  }

  /** The person has signed out: nothing stays, and nothing more is kept. */
  forget(): Promise<void> {
    const { store, userId } = this.#options;
    this.#ended = true;
    this.#cancelTimer?.();
    return this.#write(() => store.removePersonal(userId));
  }

  #write(write: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(write).catch((error: unknown) => this.#options.log('personal_unwritable', error));
    return this.#writing;
  }
}
