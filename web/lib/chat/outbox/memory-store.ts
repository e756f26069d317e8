import { readEntries, type OutboxEntry } from './entry.ts';
import type { KeptPersonal } from '../personal/kept-personal.ts';
import type { Wish } from '../personal/wish.ts';
import type { KeptRead } from '../receipts/kept-read.ts';
import type { KeptRecord } from '../record/kept-record.ts';
import type { Store } from './store.ts';

/**
 * Keeps entries and records as long as it lives: for tests, and where nothing else is allowed. `copy` makes sure that what is kept is
 * not changed from outside.
 */
export function memoryStore(copy: <T>(value: T) => T = structuredClone): Store {
  const entries = new Map<string, OutboxEntry>();
  const records = new Map<string, KeptRecord>();
  const personal = new Map<string, KeptPersonal>();
  const wishes = new Map<string, Wish>();
  const reads = new Map<string, KeptRead>();
  const key = (userId: string, id: string) => `${userId}/${id}`;
  let device: string | null = null;
  return {
    entries: async (userId) => copy(readEntries([...entries.values()].filter((entry) => entry.userId === userId))),
    put: async (entry) => void entries.set(entry.id, copy(entry)),
    remove: async (id) => void entries.delete(id),
    deviceId: async (fresh) => (device ??= fresh),
    records: async (userId) => copy([...records.values()].filter((record) => record.userId === userId)),
    putRecords: async (changed) => {
      for (const record of changed) {
        const at = key(record.userId, record.id);
        if ((records.get(at)?.cursor ?? 0) <= record.cursor) records.set(at, copy(record));
      }
    },
    removeRecords: async (userId, ids) => {
      for (const id of ids) records.delete(key(userId, id));
    },
    personal: async (userId) => structuredClone(personal.get(userId)),
    putPersonal: async (kept) => {
      if ((personal.get(kept.userId)?.cursor ?? 0) <= kept.cursor) personal.set(kept.userId, structuredClone(kept));
    },
    removePersonal: async (userId) => void personal.delete(userId),
    wishes: async (userId) => structuredClone([...wishes.values()].filter((wish) => wish.userId === userId)),
    putWish: async (wish) => void wishes.set(wish.id, structuredClone(wish)),
    removeWish: async (id) => void wishes.delete(id),
    reads: async (userId) => copy([...reads.values()].filter((read) => read.userId === userId)),
    raiseReads: async (raised) => {
      for (const read of raised) {
        const at = key(read.userId, read.conversationId);
        if ((reads.get(at)?.seq ?? 0) < read.seq) reads.set(at, copy(read));
      }
    },
    removeReads: async (told) => {
      for (const { userId, conversationId, seq } of told) {
        const at = key(userId, conversationId);
        if ((reads.get(at)?.seq ?? 0) <= seq) reads.delete(at);
      }
    },
    wipe: async (userId) => {
      for (const read of reads.values()) if (read.userId === userId) reads.delete(key(userId, read.conversationId));
      personal.delete(userId);
      for (const wish of wishes.values()) if (wish.userId === userId) wishes.delete(wish.id);
      for (const entry of entries.values()) if (entry.userId === userId) entries.delete(entry.id);
      for (const record of records.values()) if (record.userId === userId) records.delete(key(userId, record.id));
    },
    close: async () => {}
  };
}
