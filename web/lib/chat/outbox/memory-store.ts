import { readEntries, type OutboxEntry } from './entry.ts';
import type { KeptRecord } from '../record/kept-record.ts';
import type { Store } from './store.ts';

/**
 * Keeps entries and records as long as it lives: for tests, and where nothing else is allowed. `copy` makes sure that what is kept is
 * not changed from outside.
 */
export function memoryStore(copy: <T>(value: T) => T = structuredClone): Store {
  const entries = new Map<string, OutboxEntry>();
  const records = new Map<string, KeptRecord>();
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
    wipe: async (userId) => {
      for (const entry of entries.values()) if (entry.userId === userId) entries.delete(entry.id);
      for (const record of records.values()) if (record.userId === userId) records.delete(key(userId, record.id));
    },
    close: async () => {}
  };
}
