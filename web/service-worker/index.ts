/** What the browser wakes this worker for. Each kind of work has a file of its own. */
import { self } from '$app/service-worker';
import { TAKE_OVER } from '../lib/state/take-over.ts';
import { OUTBOX_SYNC } from '../lib/chat/outbox/sync-tag.ts';
import { clicked } from './click.ts';
import { sendLeft } from './outbox.ts';
import { show } from './push.ts';
import { answer, keep, tidy } from './shell.ts';
import { subscribeAgain } from './subscribe-again.ts';

/** Background Sync, which only Chromium has. */
type SyncEvent = ExtendableEvent & { readonly tag: string };

self.addEventListener('install', (event) => event.waitUntil(keep()));
self.addEventListener('activate', (event) => event.waitUntil(tidy()));
// A newer worker waits until the person agrees: what the open pages still need of the version before goes with it.
self.addEventListener('message', (event) => {
  if (event.data === TAKE_OVER) void self.skipWaiting();
});
self.addEventListener('fetch', (event) => {
  const answered = answer(event.request);
  if (answered) event.respondWith(answered);
});
self.addEventListener('sync', (event) => {
  const { tag } = event as SyncEvent;
  if (tag === OUTBOX_SYNC) (event as SyncEvent).waitUntil(sendLeft());
});
self.addEventListener('push', (event) => event.waitUntil(show(event.data)));
self.addEventListener('notificationclick', (event) => {
  const { notification, action } = event;
  // The platform's types do not know the text of an action yet.
  const { reply } = event as { reply?: string | null };
  event.waitUntil(clicked(notification, action, reply ?? null));
});
self.addEventListener('pushsubscriptionchange', (event) => (event as ExtendableEvent).waitUntil(subscribeAgain(self)));
