import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';
import options from './svelte.config.js';
import { firstLoad } from './web/first-load.ts';

/**
 * In development there is no Parley web server that answers /config.json: this one reads the environment instead.
 * PARLEY_DEMO may hold the demo people as JSON, [{ email, password, name }].
 */
function runtimeConfig(): Plugin {
  return {
    name: 'parley-runtime-config',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use('/config.json', (_request, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({
            supabaseUrl: process.env.PARLEY_SUPABASE_URL ?? 'http://127.0.0.1:24321',
            publishableKey: process.env.PARLEY_PUBLISHABLE_KEY ?? '',
            vapidPublicKey: process.env.PARLEY_VAPID_PUBLIC_KEY,
            demo: JSON.parse(process.env.PARLEY_DEMO ?? '[]')
          })
        );
      });
    }
  };
}

export default defineConfig({
  root: 'web',
  // Of bits-ui's forty components only those that are imported get compiled, which saves a third of a build.
  build: { rolldownOptions: { experimental: { lazyBarrel: true } } },
  environments: { client: { build: { rolldownOptions: { output: { codeSplitting: firstLoad() } } } } },
  plugins: [runtimeConfig(), tailwindcss(), sveltekit(options)]
});
