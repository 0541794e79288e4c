import { defineConfig } from 'vitest/config';

/** What needs clusters. Three files at a time: each starts clusters of its own, which are busy while they start and wait a lot later. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['test/e2e/global-setup.ts'],
    setupFiles: ['test/fleet/guard-secrecy.ts', 'test/fleet/run-by-chart.ts'],
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    restoreMocks: true,
  },
});
