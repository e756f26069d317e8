import type { FileStore, KeptFile } from './file-store.ts';

/** Keeps files as long as it lives: for tests, and where nothing else is allowed. */
export function memoryFiles(): FileStore {
  const files = new Map<string, KeptFile>();
  const key = (userId: string, id: string) => `${userId}/${id}`;
  const of = (userId: string) => [...files.values()].filter((file) => file.userId === userId);
  return {
    put: async (added) => {
      for (const file of added) files.set(key(file.userId, file.id), { ...file });
    },
    get: async (userId, id) => files.get(key(userId, id)) ?? null,
    note: async (userId, id, how) => {
      const file = files.get(key(userId, id));
      if (file) files.set(key(userId, id), { ...file, ...how });
    },
    list: async (userId) => of(userId).map(({ id, entryId, keptAt }) => ({ id, entryId, keptAt })),
    size: async (userId) => of(userId).reduce((sum, { blob }) => sum + blob.size, 0),
    remove: async (userId, ids) => {
      for (const id of ids) files.delete(key(userId, id));
    },
    wipe: async (userId) => {
      for (const { id } of of(userId)) files.delete(key(userId, id));
    }
  };
}
