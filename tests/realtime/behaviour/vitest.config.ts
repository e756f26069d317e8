import { defineConfig } from 'vitest/config';

/** The behaviour suite alone, without the stack that other tests share: what `npm run test:realtime` runs. */
export default defineConfig({
  test: {
    include: ['tests/realtime/behaviour/behaviour.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000
  }
});
