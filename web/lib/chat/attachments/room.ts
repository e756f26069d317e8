import { NoRoom } from '../errors.ts';

/** What a browser says of the room that it gives: bytes. */
export type StorageEstimate = { readonly usage: number; readonly quota: number };

/** The device's storage. */
export type Room = {
  /** Null when nothing is known. */
  estimate(): Promise<StorageEstimate | null>;
  /** Asks that what is kept is not thrown away when the device runs full. */
  persist(): Promise<boolean>;
};

/** So much may wait on one device, however much room it has. */
const MOST_WAITING_BYTES = 1024 ** 3;
/** Left free for messages and records, which are worth more. */
const RESERVE_BYTES = 20 * 1024 ** 2;

/** @throws {NoRoom} when files of `bytes` cannot wait here beside the `waiting` ones */
export function checkRoom(bytes: number, waiting: number, estimate: StorageEstimate | null): void {
  const free = Math.min(MOST_WAITING_BYTES - waiting, estimate ? estimate.quota - estimate.usage - RESERVE_BYTES : Infinity);
  if (bytes > free) throw new NoRoom(bytes, Math.max(0, free));
}

/** What a browser has of this in navigator.storage. */
type StorageManagerLike = {
  estimate?(): Promise<{ usage?: number; quota?: number }>;
  persist?(): Promise<boolean>;
};

/** Of the browser; elsewhere nothing is known. */
export function browserRoom(
  storage: StorageManagerLike | undefined = (globalThis.navigator as { storage?: StorageManagerLike } | undefined)?.storage
): Room {
  return {
    async estimate() {
      const { usage, quota } = (await storage?.estimate?.().catch(() => null)) ?? {};
      return usage === undefined || quota === undefined ? null : { usage, quota };
    },
    persist: async () => (await storage?.persist?.().catch(() => false)) ?? false
  };
}
