import { defineConfig } from 'vitest/config';

/** Long fault runs on real clusters: minutes each, so CI runs them and `npm test` does not. */
export default defineConfig({
  test: {
    include: ['test/heavy/**/*.test.ts'],
    globalSetup: ['test/e2e/global-setup.ts'],
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 180_000,
    restoreMocks: true,
  },
});
