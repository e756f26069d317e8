import { fileURLToPath } from 'node:url';
import adapter from '@sveltejs/adapter-static';

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Every option of the web app that SvelteKit reads. Vite's root is web/ (see vite.config.ts), so paths start there.
 * The app is a single-page app: what is not prerendered is answered with 200.html.
 *
 * @type {NonNullable<Parameters<typeof import('@sveltejs/kit/vite').sveltekit>[0]>}
 */
const config = {
  adapter: adapter({ pages: here('build'), fallback: '200.html' }),
  outDir: here('.svelte-kit'),
  files: { src: '.', assets: 'static', serviceWorker: 'service-worker' },
  paths: { relative: false },
  prerender: { crawl: false, entries: ['*'] },
  csp: {
    mode: 'hash',
    directives: {
      'default-src': ['self'],
      'script-src': ['self'],
      // The API's address is known at run time only (config.json), so it cannot be named here.
      'connect-src': ['self', 'blob:', 'http:', 'https:', 'ws:', 'wss:'],
      'img-src': ['self', 'data:', 'blob:', 'http:', 'https:'],
      'media-src': ['self', 'blob:', 'http:', 'https:'],
      'style-src': ['self', 'unsafe-inline'],
      'font-src': ['self'],
      'object-src': ['none'],
      'base-uri': ['self'],
      'form-action': ['self']
    }
  }
};

export default config;
