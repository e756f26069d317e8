import { inOrder, type OutboxEntry } from './entry.ts';
import type { Store } from './store.ts';

/** Keeps entries as long as it lives: for tests, and where nothing else is allowed. */
export function memoryStore(): Store {
  const entries = new Map<string, OutboxEntry>();
  let device: string | null = null;
  return {
    entries: async (userId) => structuredClone(inOrder([...entries.values()].filter((entry) => entry.userId === userId))),
    put: async (entry) => void entries.set(entry.id, structuredClone(entry)),
    remove: async (id) => void entries.delete(id),
    deviceId: async (fresh) => (device ??= fresh),
    wipe: async (userId) => {
      for (const entry of entries.values()) if (entry.userId === userId) entries.delete(entry.id);
    },
    close: async () => {}
  };
}
