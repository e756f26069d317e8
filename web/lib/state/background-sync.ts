import type { Live } from '#lib/chat/index.ts';
import { OUTBOX_SYNC } from '#lib/chat/outbox/sync-tag.ts';

/** Not in TypeScript's own lists: only Chromium has it (https://wicg.github.io/background-sync/spec). */
type SyncRegistration = ServiceWorkerRegistration & { readonly sync?: { register(tag: string): Promise<void> } };

/**
 * Asks the browser to wake the service worker once there is a network, so that what waits is sent with no tab open. Nothing happens
 * where the browser cannot, or may not; then it is sent when Parley is opened next.
 */
export async function askForSync(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = (await navigator.serviceWorker.getRegistration()) as SyncRegistration | undefined;
  await registration?.sync?.register(OUTBOX_SYNC).catch(() => {});
}

/**
 * Asks whenever something waits that this page may not come to send: without a network, and when it is hidden or left. Ends with the
 * returned function.
 */
export function syncInBackground(unsent: Live<number>, page: Window = window): () => void {
  const ask = () => {
    const mayNotCome = !page.navigator.onLine || page.document.visibilityState === 'hidden';
    if (mayNotCome && unsent.current > 0) void askForSync();
  };
  const release = unsent.subscribe(ask);
  page.addEventListener('offline', ask);
  page.addEventListener('pagehide', ask);
  page.document.addEventListener('visibilitychange', ask);
  return () => {
    release();
    page.removeEventListener('offline', ask);
    page.removeEventListener('pagehide', ask);
    page.document.removeEventListener('visibilitychange', ask);
  };
}
