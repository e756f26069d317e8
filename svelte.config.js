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
  adapter: adapter({ pages: here('build'), fallback: '200.html', precompress: true }),
  outDir: here('.svelte-kit'),
  files: { src: '.', assets: 'static', serviceWorker: 'service-worker' },
  paths: { relative: false },
  prerender: { crawl: false, entries: ['*'] },
  csp: {
    mode: 'hash',
    directives: {
      'default-src': ['none'],
      // Key derivation of the encryption's backup is WebAssembly.
      'script-src': ['self', 'wasm-unsafe-eval'],
      'worker-src': ['self'],
      'manifest-src': ['self'],
      // The API's address is known at run time only (config.json), so it cannot be named here; the web server may (see web/server.ts).
      'connect-src': ['self', 'blob:', 'http:', 'https:', 'ws:', 'wss:'],
      'img-src': ['self', 'data:', 'blob:', 'http:', 'https:'],
      'media-src': ['self', 'blob:', 'http:', 'https:'],
      // No style in the markup but these two, whoever writes them: that of Kit's announcer of new pages, and display: contents, by
      // which bits-ui wraps what can be chosen. Svelte sets the others by the CSSOM.
      'style-src': [
        'self',
        'unsafe-hashes',
        'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo=',
        'sha256-iaOezIDcQIoxCULa6FBKKuLUu09R7kG+Mlu+JVfU3Rw='
      ],
      'font-src': ['self'],
      'frame-src': ['none'],
      'object-src': ['none'],
      'base-uri': ['none'],
      'form-action': ['self'],
      // Text becomes HTML or a script's address in two places only: Svelte's own templates, and Kit's registration of the worker.
      'require-trusted-types-for': ['script'],
      'trusted-types': ['svelte-trusted-html', 'sveltekit-trusted-url']
    }
  }
};

export default config;
