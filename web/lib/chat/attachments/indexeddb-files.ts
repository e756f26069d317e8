import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { FileStore, KeptFile } from './file-store.ts';

/** What is small lies apart from the bytes, so that it is read without them. */
type Note = Omit<KeptFile, 'blob'> & { size: number };

interface Schema extends DBSchema {
  notes: { key: [userId: string, id: string]; value: Note; indexes: { by_user: string } };
  bytes: { key: [userId: string, id: string]; value: Blob };
}

/** Keeps files in the browser's IndexedDB, shared by all tabs and the service worker. Opened at the first use. */
export function indexedDbFiles(name = 'parley-files'): FileStore {
  let opened: Promise<IDBPDatabase<Schema>> | null = null;
  const forget = () => void (opened = null);
  const open = () =>
    (opened ??= openDB<Schema>(name, 1, {
      upgrade(db) {
        db.createObjectStore('notes', { keyPath: ['userId', 'id'] }).createIndex('by_user', 'userId');
        db.createObjectStore('bytes');
      },
      // Another tab wants a newer version: let go, and open it again at the next use.
      blocking: () => {
        void opened?.then((db) => db.close());
        forget();
      },
      terminated: forget
    }).catch((error: unknown) => {
      forget();
      throw error;
    }));
  const notesOf = async (userId: string) => (await open()).getAllFromIndex('notes', 'by_user', userId);

  async function remove(userId: string, ids: readonly string[]): Promise<void> {
    const transaction = (await open()).transaction(['notes', 'bytes'], 'readwrite');
    const stores = [transaction.objectStore('notes'), transaction.objectStore('bytes')];
    await Promise.all([...ids.flatMap((id) => stores.map((store) => store.delete([userId, id]))), transaction.done]);
  }

  return {
    async put(files) {
      const transaction = (await open()).transaction(['notes', 'bytes'], 'readwrite');
      const writes = files.flatMap(({ blob, ...note }) => [
        transaction.objectStore('notes').put({ ...note, size: blob.size }),
        transaction.objectStore('bytes').put(blob, [note.userId, note.id])
      ]);
      await Promise.all([...writes, transaction.done]);
    },
    async get(userId, id) {
      const transaction = (await open()).transaction(['notes', 'bytes']);
      const [note, blob] = await Promise.all([
        transaction.objectStore('notes').get([userId, id]),
        transaction.objectStore('bytes').get([userId, id])
      ]);
      return note && blob ? { ...note, blob } : null;
    },
    async note(userId, id, how) {
      const transaction = (await open()).transaction('notes', 'readwrite');
      const note = await transaction.store.get([userId, id]);
      if (note) await transaction.store.put({ ...note, ...how });
      await transaction.done;
    },
    list: notesOf,
    size: async (userId) => (await notesOf(userId)).reduce((sum, { size }) => sum + size, 0),
    remove,
    wipe: async (userId) =>
      remove(
        userId,
        (await notesOf(userId)).map(({ id }) => id)
      )
  };
}
