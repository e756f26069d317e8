import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { EnvelopeRow } from '../wire/rows.ts';
import type { KeptDevice, KeptEpoch, KeptSecret, KeyStore, KnownPerson } from './key-store.ts';

type At = [userId: string, conversationId: string, number: number];

interface Schema extends DBSchema {
  devices: { key: string; value: KeptDevice };
  people: { key: [userId: string, of: string]; value: KnownPerson };
  epochs: { key: At; value: KeptEpoch };
  secrets: { key: At; value: KeptSecret };
  counters: { key: [userId: string, conversationId: string]; value: number };
  envelopes: { key: [userId: string, entryId: string]; value: EnvelopeRow };
}

const STORES = ['devices', 'people', 'epochs', 'secrets', 'counters', 'envelopes'] as const;
/** In the order of keys after every text and number: the end of what begins so. */
const LAST: [] = [];

/** The platform's own, which Node's types do not know. */
const ranges = () => (globalThis as unknown as { IDBKeyRange: { bound(from: unknown, to: unknown): never } }).IDBKeyRange;

/**
 * Keeps keys in the browser's IndexedDB, shared by all tabs and the service worker. Secret keys lie there as the browser's own
 * objects: they can be used, never read.
 */
export function indexedDbKeys(name = 'parley-keys'): KeyStore {
  let opened: Promise<IDBPDatabase<Schema>> | null = null;
  const forget = () => void (opened = null);
  const open = () =>
    (opened ??= openDB<Schema>(name, 1, {
      upgrade(db) {
        db.createObjectStore('devices', { keyPath: 'userId' });
        for (const store of STORES.slice(1)) db.createObjectStore(store);
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
  const of = (...begin: string[]) => ranges().bound(begin, [...begin, LAST]);

  return {
    device: async (userId) => (await (await open()).get('devices', userId)) ?? null,
    async putDevice(device) {
      await (await open()).put('devices', device);
    },
    people: async (userId) => (await open()).getAll('people', of(userId)),
    async putPerson(userId, person) {
      const transaction = (await open()).transaction('people', 'readwrite');
      const before = await transaction.store.get([userId, person.of]);
      if ((before?.length ?? 0) <= person.length) await transaction.store.put(person, [userId, person.of]);
      await transaction.done;
    },
    epochs: async (userId, conversationId) => (await open()).getAll('epochs', of(userId, conversationId)),
    async putEpochs(userId, epochs) {
      const transaction = (await open()).transaction('epochs', 'readwrite');
      const put = (kept: KeptEpoch) => transaction.store.put(kept, [userId, kept.conversationId, kept.number]);
      await Promise.all([...epochs.map(put), transaction.done]);
    },
    secrets: async (userId) => (await open()).getAll('secrets', of(userId)),
    secret: async (userId, conversationId, number) =>
      (await (await open()).get('secrets', [userId, conversationId, number])) ?? null,
    async putSecrets(userId, secrets) {
      const transaction = (await open()).transaction('secrets', 'readwrite');
      const put = (kept: KeptSecret) => transaction.store.put(kept, [userId, kept.conversationId, kept.number]);
      await Promise.all([...secrets.map(put), transaction.done]);
    },
    async nextCounter(userId, conversationId) {
      const transaction = (await open()).transaction('counters', 'readwrite');
      const next = ((await transaction.store.get([userId, conversationId])) ?? 0) + 1;
      await transaction.store.put(next, [userId, conversationId]);
      await transaction.done;
      return next;
    },
    async raiseCounter(userId, conversationId, to) {
      const transaction = (await open()).transaction('counters', 'readwrite');
      const last = (await transaction.store.get([userId, conversationId])) ?? 0;
      if (last < to) await transaction.store.put(to, [userId, conversationId]);
      await transaction.done;
    },
    envelope: async (userId, entryId) => (await (await open()).get('envelopes', [userId, entryId])) ?? null,
    async putEnvelope(userId, entryId, envelope) {
      await (await open()).put('envelopes', envelope, [userId, entryId]);
    },
    async removeEnvelope(userId, entryId) {
      await (await open()).delete('envelopes', [userId, entryId]);
    },
    async wipe(userId) {
      const transaction = (await open()).transaction(STORES, 'readwrite');
      await Promise.all([
        transaction.objectStore('devices').delete(userId),
        ...STORES.slice(1).map((store) => transaction.objectStore(store).delete(of(userId))),
        transaction.done
      ]);
    }
  };
}
