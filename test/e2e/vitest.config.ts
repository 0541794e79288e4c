import { defineConfig } from 'vitest/config';

/** What needs clusters. Two files at a time, because each starts clusters of its own, which are busy while they start. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['test/e2e/global-setup.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    restoreMocks: true,
  },
});
