/** What a browser wakes the service worker for (Background Sync): messages that could not be sent. */
export const OUTBOX_SYNC = 'outbox';
