import type { FileStore } from './attachments/file-store.ts';
import type { Store } from './outbox/store.ts';
import { whenCalled } from './when-called.ts';

/* Where a chat keeps things. What a first screen does without is loaded when it is first used. */

export { indexedDbStore } from './outbox/indexeddb-store.ts';

/** Nothing outlives the page: for tests, and where there is no IndexedDB. */
export const memoryStore = (): Store => whenCalled(async () => (await import('./outbox/memory-store.ts')).memoryStore());

/** Files that wait to be sent, in memory. */
export const memoryFiles = (): FileStore => whenCalled(async () => (await import('./attachments/memory-files.ts')).memoryFiles());

/** Files that wait to be sent, in IndexedDB. */
export const indexedDbFiles = (name?: string): FileStore =>
  whenCalled(async () => (await import('./attachments/indexeddb-files.ts')).indexedDbFiles(name));
