import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { readEntries, type OutboxEntry } from './entry.ts';
import type { KeptPersonal } from '../personal/kept-personal.ts';
import type { Wish } from '../personal/wish.ts';
import type { KeptRead } from '../receipts/kept-read.ts';
import type { KeptRecord } from '../record/kept-record.ts';
import type { Store } from './store.ts';

const VERSION = 4;

interface Schema extends DBSchema {
  outbox: { key: string; value: OutboxEntry; indexes: { by_user: string } };
  device: { key: 'id'; value: string };
  records: { key: [userId: string, id: string]; value: KeptRecord; indexes: { by_user: string } };
  personal: { key: string; value: KeptPersonal };
  wishes: { key: string; value: Wish; indexes: { by_user: string } };
  reads: { key: [userId: string, conversationId: string]; value: KeptRead; indexes: { by_user: string } };
}

/** Keeps entries in the browser's IndexedDB, shared by all tabs. The database is opened at the first use. */
export function indexedDbStore(name = 'parley'): Store {
  let opened: Promise<IDBPDatabase<Schema>> | null = null;

  const open = () =>
    (opened ??= openDB<Schema>(name, VERSION, {
      upgrade(db, from) {
        if (from < 1) {
          db.createObjectStore('outbox', { keyPath: 'id' }).createIndex('by_user', 'userId');
          db.createObjectStore('device');
        }
        if (from < 2) db.createObjectStore('records', { keyPath: ['userId', 'id'] }).createIndex('by_user', 'userId');
        if (from < 3) {
          db.createObjectStore('personal', { keyPath: 'userId' });
          db.createObjectStore('wishes', { keyPath: 'id' }).createIndex('by_user', 'userId');
        }
        db.createObjectStore('reads', { keyPath: ['userId', 'conversationId'] }).createIndex('by_user', 'userId');
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
      return readEntries(await (await open()).getAllFromIndex('outbox', 'by_user', userId));
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
    async records(userId) {
      return (await open()).getAllFromIndex('records', 'by_user', userId);
    },
    async putRecords(records) {
      const transaction = (await open()).transaction('records', 'readwrite');
      const put = async (record: KeptRecord) => {
        const kept = await transaction.store.get([record.userId, record.id]);
        if ((kept?.cursor ?? 0) <= record.cursor) await transaction.store.put(record);
      };
      await Promise.all([...records.map(put), transaction.done]);
    },
    async removeRecords(userId, ids) {
      const transaction = (await open()).transaction('records', 'readwrite');
      await Promise.all([...ids.map((id) => transaction.store.delete([userId, id])), transaction.done]);
    },
    async personal(userId) {
      return (await open()).get('personal', userId);
    },
    async putPersonal(kept) {
      const transaction = (await open()).transaction('personal', 'readwrite');
      const before = await transaction.store.get(kept.userId);
      if ((before?.cursor ?? 0) <= kept.cursor) await transaction.store.put(kept);
      await transaction.done;
    },
    async removePersonal(userId) {
      await (await open()).delete('personal', userId);
    },
    async wishes(userId) {
      return (await open()).getAllFromIndex('wishes', 'by_user', userId);
    },
    async putWish(wish) {
      await (await open()).put('wishes', wish);
    },
    async removeWish(id) {
      await (await open()).delete('wishes', id);
    },
    async reads(userId) {
      return (await open()).getAllFromIndex('reads', 'by_user', userId);
    },
    async raiseReads(reads) {
      const transaction = (await open()).transaction('reads', 'readwrite');
      const raise = async (read: KeptRead) => {
        const kept = await transaction.store.get([read.userId, read.conversationId]);
        if ((kept?.seq ?? 0) < read.seq) await transaction.store.put(read);
      };
      await Promise.all([...reads.map(raise), transaction.done]);
    },
    async removeReads(reads) {
      const transaction = (await open()).transaction('reads', 'readwrite');
      const remove = async ({ userId, conversationId, seq }: KeptRead) => {
        const kept = await transaction.store.get([userId, conversationId]);
        if (kept && kept.seq <= seq) await transaction.store.delete([userId, conversationId]);
      };
      await Promise.all([...reads.map(remove), transaction.done]);
    },
    async wipe(userId) {
      const transaction = (await open()).transaction(['outbox', 'records', 'personal', 'wishes', 'reads'], 'readwrite');
      const reads = transaction.objectStore('reads');
      const readKeys = await reads.index('by_user').getAllKeys(userId);
      const wishes = transaction.objectStore('wishes');
      const wishKeys = await wishes.index('by_user').getAllKeys(userId);
      const entries = transaction.objectStore('outbox');
      const records = transaction.objectStore('records');
      const entryKeys = await entries.index('by_user').getAllKeys(userId);
      const recordKeys = await records.index('by_user').getAllKeys(userId);
      await Promise.all([
        transaction.objectStore('personal').delete(userId),
        ...readKeys.map((key) => reads.delete(key)),
        ...wishKeys.map((key) => wishes.delete(key)),
        ...entryKeys.map((key) => entries.delete(key)),
        ...recordKeys.map((key) => records.delete(key)),
        transaction.done
      ]);
    },
    async close() {
      const closing = opened;
      opened = null;
      (await closing)?.close();
    }
  };
}
