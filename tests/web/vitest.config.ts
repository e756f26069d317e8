import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

/** Tests of the app's own logic and of components that have some. What needs a layout or a backend is in tests/e2e. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  plugins: [svelte({ configFile: false }), svelteTesting()],
  test: { name: 'web', include: ['tests/web/**/*.test.ts'], environment: 'happy-dom' }
});
