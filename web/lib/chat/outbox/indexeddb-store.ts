import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { entrySchema, inOrder, type OutboxEntry } from './entry.ts';
import type { Store } from './store.ts';

const VERSION = 1;

interface Schema extends DBSchema {
  outbox: { key: string; value: OutboxEntry; indexes: { by_user: string } };
  device: { key: 'id'; value: string };
}

/** Keeps entries in the browser's IndexedDB, shared by all tabs. The database is opened at the first use. */
export function indexedDbStore(name = 'parley'): Store {
  let opened: Promise<IDBPDatabase<Schema>> | null = null;

  const open = () =>
    (opened ??= openDB<Schema>(name, VERSION, {
      upgrade(db) {
        db.createObjectStore('outbox', { keyPath: 'id' }).createIndex('by_user', 'userId');
        db.createObjectStore('device');
      },
      // Another tab wants a newer version: let go, and open it again at the next use.
      blocking: () => {
        void opened?.then((db) => db.close());
        opened = null;
      },
      terminated: () => {
        opened = null;
      }
    }).catch((error: unknown) => {
      opened = null;
      throw error;
    }));

  return {
    async entries(userId) {
      const rows: unknown[] = await (await open()).getAllFromIndex('outbox', 'by_user', userId);
      return inOrder(
        rows.flatMap((row) => {
          const parsed = entrySchema.safeParse(row);
          return parsed.success ? [parsed.data] : [];
        })
      );
    },
    async put(entry) {
      await (await open()).put('outbox', entry);
    },
    async remove(id) {
      await (await open()).delete('outbox', id);
    },
    async deviceId(fresh) {
      const transaction = (await open()).transaction('device', 'readwrite');
      const known = await transaction.store.get('id');
      if (!known) await transaction.store.put(fresh, 'id');
      await transaction.done;
      return known ?? fresh;
    },
    async wipe(userId) {
      const transaction = (await open()).transaction('outbox', 'readwrite');
      const keys = await transaction.store.index('by_user').getAllKeys(userId);
      await Promise.all([...keys.map((key) => transaction.store.delete(key)), transaction.done]);
    },
    async close() {
      const closing = opened;
      opened = null;
      (await closing)?.close();
    }
  };
}
