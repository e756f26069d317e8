/** What the browser wakes this worker for. Each kind of work has a file of its own. */
import { self } from '$app/service-worker';
import { answer, keep, tidy } from './shell.ts';

self.addEventListener('install', (event) => event.waitUntil(keep()));
self.addEventListener('activate', (event) => event.waitUntil(tidy()));
self.addEventListener('fetch', (event) => {
  const answered = answer(event.request);
  if (answered) event.respondWith(answered);
});
