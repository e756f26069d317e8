import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

/** Every test that is neither SQL nor in a browser. `npx vitest -c tests/vitest.config.ts [FILE]` runs some of them. */
export default defineConfig({
  root: '.',
  test: {
    globalSetup: './tests/support/vitest-setup.ts',
    setupFiles: ['./tests/support/own-ports.ts'],
    // The machine has to run what is tested as well.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'node', include: ['tests/*/**/*.test.ts'], exclude: ['tests/web/**', 'tests/e2e/**'], environment: 'node' }
      },
      {
        extends: true,
        plugins: [svelte(), svelteTesting()],
        test: {
          name: 'web',
          include: ['tests/web/**/*.test.ts'],
          environment: 'happy-dom',
          setupFiles: ['./tests/web/all-words.ts']
        }
      }
    ]
  }
});
