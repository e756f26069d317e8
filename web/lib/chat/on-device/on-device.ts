import type { OpenedRow } from '../encryption/opened-rows.ts';
import type { OutboxEntry } from '../outbox/entry.ts';
import type { Store } from '../outbox/store.ts';
import type { MessageRow } from '../wire/rows.ts';
import type { Draft } from '../personal/personal.ts';
import { BoxedOutbox } from './boxed-outbox.ts';
import { DeviceBox } from './device-box.ts';
import type { DeviceStore } from './device-store.ts';
import { KeptDrafts } from './kept-drafts.ts';
import { KeptIndex, type Learnt } from './search/kept-index.ts';
import { OpenedReader } from './search/learn-opened.ts';
import type { OpenedMessage, OpenedQuery } from './search/opened-index.ts';

/** What of encrypted conversations lies on this device, in boxes that only it opens. Loaded when there is one. */
export type OnDevice = {
  /** As BoxedOutbox does. */
  entries(kept: readonly OutboxEntry[]): Promise<OutboxEntry[]>;
  put(store: Store, entry: OutboxEntry): Promise<void>;
  remove(store: Store, id: string): Promise<void>;
  drafts(): Promise<Draft[]>;
  keepDraft(draft: Draft): Promise<void>;
  /** As KeptIndex does. */
  learn(all: readonly Learnt[]): Promise<void>;
  find(query: OpenedQuery, limit: number): Promise<OpenedMessage[]>;
  /** Nothing of these conversations is searched any more; of none when left out. */
  forget(conversationIds?: readonly string[]): Promise<void>;
  /** Rows as they were opened; what is new of them is learnt. */
  opened(rows: readonly OpenedRow<MessageRow>[]): Promise<void>;
  /** Forgets everything, and the key that opens it. */
  wipe(): Promise<void>;
};

export function onDevice(userId: string, store: DeviceStore, now: () => number = Date.now): OnDevice {
  const box = new DeviceBox(userId, store);
  const outbox = new BoxedOutbox(box);
  const index = new KeptIndex(userId, store, box, now);
  const reader = new OpenedReader();
  const drafts = new KeptDrafts(userId, store, box);
  return {
    entries: (kept) => outbox.opened(kept),
    put: (into, entry) => outbox.put(into, entry),
    remove: (from, id) => outbox.remove(from, id),
    drafts: () => drafts.all(),
    keepDraft: (draft) => drafts.keep(draft),
    learn: (all) => index.learn(all),
    find: (query, limit) => index.find(query, limit),
    forget: (ids) => index.forget(ids && new Set(ids)),
    async opened(rows) {
      const learnt = reader.read(rows);
      if (learnt.length > 0) await index.learn(learnt);
    },
    wipe: () => store.wipe(userId)
  };
}

/** In the browser's IndexedDB, or in memory where there is none. */
export async function onThisDevice(userId: string, now: () => number): Promise<OnDevice> {
  if ('indexedDB' in globalThis) return onDevice(userId, (await import('./indexeddb-device.ts')).indexedDbDevice(), now);
  return onDevice(userId, (await import('./memory-device.ts')).memoryDevice(), now);
}
