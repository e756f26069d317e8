import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { SecretKey } from '../../e2ee/bytes.ts';
import type { Box, BoxKind, DeviceStore } from './device-store.ts';

interface Schema extends DBSchema {
  keys: { key: string; value: SecretKey };
  boxes: {
    key: [userId: string, kind: BoxKind, id: string];
    value: Box & { userId: string; kind: BoxKind };
    indexes: { by_kind: [userId: string, kind: BoxKind]; by_user: string };
  };
}

/** In the browser's IndexedDB, shared by all tabs and the service worker. The key lies there as the browser's own object. */
export function indexedDbDevice(name = 'parley-device'): DeviceStore {
  let opened: Promise<IDBPDatabase<Schema>> | null = null;
  const forget = () => void (opened = null);
  const open = () =>
    (opened ??= openDB<Schema>(name, 1, {
      upgrade(db) {
        db.createObjectStore('keys');
        const boxes = db.createObjectStore('boxes', { keyPath: ['userId', 'kind', 'id'] });
        boxes.createIndex('by_kind', ['userId', 'kind']);
        boxes.createIndex('by_user', 'userId');
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
  const bare = ({ id, version, boxed }: Box): Box => ({ id, version, boxed });

  return {
    async key(userId, fresh) {
      const transaction = (await open()).transaction('keys', 'readwrite');
      const known = await transaction.store.get(userId);
      if (!known) await transaction.store.put(fresh, userId);
      await transaction.done;
      return known ?? fresh;
    },
    boxes: async (userId, kind) => (await (await open()).getAllFromIndex('boxes', 'by_kind', [userId, kind])).map(bare),
    async box(userId, kind, id) {
      const found = await (await open()).get('boxes', [userId, kind, id]);
      return found ? bare(found) : null;
    },
    async put(userId, kind, box) {
      const transaction = (await open()).transaction('boxes', 'readwrite');
      const before = await transaction.store.get([userId, kind, box.id]);
      const isNext = (before?.version ?? 0) + 1 === box.version;
      if (isNext) await transaction.store.put({ ...box, userId, kind });
      await transaction.done;
      return isNext;
    },
    async remove(userId, kind, ids) {
      const transaction = (await open()).transaction('boxes', 'readwrite');
      await Promise.all([...ids.map((id) => transaction.store.delete([userId, kind, id])), transaction.done]);
    },
    async wipe(userId) {
      const transaction = (await open()).transaction(['keys', 'boxes'], 'readwrite');
      const boxes = transaction.objectStore('boxes');
      const lying = await boxes.index('by_user').getAllKeys(userId);
      await Promise.all([
        transaction.objectStore('keys').delete(userId),
        ...lying.map((key) => boxes.delete(key)),
        transaction.done
      ]);
    }
  };
}
