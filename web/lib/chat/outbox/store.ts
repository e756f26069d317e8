import type { OutboxEntry } from './entry.ts';

/** Where entries of the outbox survive. All methods resolve only when the change is durable. */
export type Store = {
  /** Entries of one person, oldest first. What cannot be understood (written by another version) is left out, not deleted. */
  entries(userId: string): Promise<OutboxEntry[]>;
  /** Adds or replaces the entry with this id. */
  put(entry: OutboxEntry): Promise<void>;
  /** Removes an entry; nothing happens if it is not there. */
  remove(id: string): Promise<void>;
  /** This device's id: the same at every call, `fresh` if there was none. */
  deviceId(fresh: string): Promise<string>;
  /** Forgets all entries of one person. */
  wipe(userId: string): Promise<void>;
  close(): Promise<void>;
};
