import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../outbox/store.ts';
import type { Tabs } from '../tabs/tabs.ts';
import type { PersonalChange } from '../wire/personal.ts';
import type { Asked } from './wish.ts';

/** What wishes need of the rest: the server, the store, the other tabs. */
export type WishesOptions = {
  userId: string;
  store: Pick<Store, 'wishes' | 'putWish' | 'removeWish'>;
  clock: Clock;
  newId: () => string;
  /** Does what a wish says; idempotent. The row as it then is, or null where sync() has to be asked for it. */
  grant: (asked: Asked) => Promise<PersonalChange | null>;
  /** The server has changed a row for us. */
  onGranted: (change: PersonalChange) => void;
  /** Asks sync(); whether it succeeded. */
  synced: () => Promise<boolean>;
  /** How far the record has come. */
  cursor: () => number;
  isOnline: () => boolean;
  tabs: Tabs;
  /** This tab takes up what others leave behind. */
  leads: () => boolean;
  log: Log;
};
