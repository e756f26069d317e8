import type { OutboxEntry } from '../outbox/entry.ts';
import type { Store } from '../outbox/store.ts';
import type { Draft } from '../personal/personal.ts';
import { BoxedOutbox } from './boxed-outbox.ts';
import { DeviceBox } from './device-box.ts';
import type { DeviceStore } from './device-store.ts';
import { KeptDrafts } from './kept-drafts.ts';

/** What of encrypted conversations lies on this device, in boxes that only it opens. Loaded when there is one. */
export type OnDevice = {
  /** As BoxedOutbox does. */
  opened(entries: readonly OutboxEntry[]): Promise<OutboxEntry[]>;
  put(store: Store, entry: OutboxEntry): Promise<void>;
  remove(store: Store, id: string): Promise<void>;
  drafts(): Promise<Draft[]>;
  keepDraft(draft: Draft): Promise<void>;
  /** Forgets everything, and the key that opens it. */
  wipe(): Promise<void>;
};

export function onDevice(userId: string, store: DeviceStore): OnDevice {
  const box = new DeviceBox(userId, store);
  const outbox = new BoxedOutbox(box);
  const drafts = new KeptDrafts(userId, store, box);
  return {
    opened: (entries) => outbox.opened(entries),
    put: (into, entry) => outbox.put(into, entry),
    remove: (from, id) => outbox.remove(from, id),
    drafts: () => drafts.all(),
    keepDraft: (draft) => drafts.keep(draft),
    wipe: () => store.wipe(userId)
  };
}

/** In the browser's IndexedDB, or in memory where there is none. */
export async function onThisDevice(userId: string): Promise<OnDevice> {
  if ('indexedDB' in globalThis) return onDevice(userId, (await import('./indexeddb-device.ts')).indexedDbDevice());
  return onDevice(userId, (await import('./memory-device.ts')).memoryDevice());
}
