/** What a page says to a service worker that waits: the person agrees to the new version. */
export const TAKE_OVER = 'parley:take-over';
