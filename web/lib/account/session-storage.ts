import { openDB, type IDBPDatabase } from 'idb';

/** Under which key auth-js keeps the session; given to each client as its `storageKey`. */
export const SESSION_KEY = 'parley.session';

/** What auth-js asks of a storage. */
export type SessionStorage = {
  getItem(key: string): Promise<string | null>;
  setItem(key: string, value: string): Promise<void>;
  removeItem(key: string): Promise<void>;
};

const STORE = 'values';

/**
 * Keeps the session in IndexedDB, which the service worker can read too: page and worker refresh the same one. A copy would not do:
 * a refresh token is good for one exchange.
 *
 * @param before where earlier versions kept it: what is found there moves here
 */
export function sessionStorage(
  name = 'parley-session',
  before: Pick<Storage, 'getItem' | 'removeItem'> | null = 'localStorage' in globalThis ? localStorage : null
): SessionStorage {
  let opened: Promise<IDBPDatabase> | null = null;
  const open = () =>
    (opened ??= openDB(name, 1, {
      upgrade: (db) => void db.createObjectStore(STORE),
      terminated: () => (opened = null)
    }).catch((error: unknown) => {
      opened = null;
      throw error;
    }));

  async function setItem(key: string, value: string): Promise<void> {
    await (await open()).put(STORE, value, key);
    before?.removeItem(key);
  }

  return {
    async getItem(key) {
      const earlier = before?.getItem(key) ?? null;
      if (earlier !== null) {
        await setItem(key, earlier);
        return earlier;
      }
      return ((await (await open()).get(STORE, key)) as string | undefined) ?? null;
    },
    setItem,
    async removeItem(key) {
      before?.removeItem(key);
      await (await open()).delete(STORE, key);
    }
  };
}
