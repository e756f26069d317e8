import type { KeptPersonal } from '../personal/kept-personal.ts';
import type { Wish } from '../personal/wish.ts';
import type { KeptRead } from '../receipts/kept-read.ts';
import type { KeptRecord } from '../record/kept-record.ts';
import type { OutboxEntry } from './entry.ts';

/** Where the outbox and the records survive. All methods resolve only when the change is durable. */
export type Store = {
  /** Entries of one person, oldest first. What cannot be understood (written by another version) is left out, not deleted. */
  entries(userId: string): Promise<OutboxEntry[]>;
  /** Adds or replaces the entry with this id. */
  put(entry: OutboxEntry): Promise<void>;
  /** Removes an entry; nothing happens if it is not there. */
  remove(id: string): Promise<void>;
  /** This device's id: the same at every call, `fresh` if there was none. */
  deviceId(fresh: string): Promise<string>;
  /** Records of one person's conversations, as they lie there: whoever reads them checks them. */
  records(userId: string): Promise<unknown[]>;
  /** Adds or replaces records, but never by one whose cursor is behind: another tab has come further. */
  putRecords(records: readonly KeptRecord[]): Promise<void>;
  removeRecords(userId: string, conversationIds: readonly string[]): Promise<void>;
  /** What is one person's own, as it lies there; undefined if nothing does. */
  personal(userId: string): Promise<unknown>;
  /** Replaces it, but never by what is behind: another tab has come further. */
  putPersonal(kept: KeptPersonal): Promise<void>;
  removePersonal(userId: string): Promise<void>;
  /** What one person has changed of their own and the server does not have yet, as it lies there. */
  wishes(userId: string): Promise<unknown[]>;
  putWish(wish: Wish): Promise<void>;
  removeWish(id: string): Promise<void>;
  /** How far one person has read where the server may not know it yet, as it lies there. */
  reads(userId: string): Promise<unknown[]>;
  /** Keeps the furthest of each conversation. */
  raiseReads(reads: readonly KeptRead[]): Promise<void>;
  /** Removes those that have not risen since. */
  removeReads(reads: readonly KeptRead[]): Promise<void>;
  /** Forgets all that is kept of one person. */
  wipe(userId: string): Promise<void>;
  close(): Promise<void>;
};
