import type { Handle } from '@sveltejs/kit/hooks';

/** Only at the build, for pages that are prerendered: says which language they are in. */
export const handle: Handle = ({ event, resolve }) =>
  resolve(event, {
    transformPageChunk: ({ html }) => html.replace('<html lang="en"', `<html lang="${event.params.language ?? 'en'}"`)
  });
