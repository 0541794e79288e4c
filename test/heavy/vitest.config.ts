import { defineConfig } from 'vitest/config';

/** Long runs on real clusters: faults, and all combinations. They take minutes, so CI runs them and `npm test` does not. */
export default defineConfig({
  test: {
    include: ['test/heavy/**/*.test.ts'],
    globalSetup: ['test/heavy/global-setup.ts'],
    setupFiles: ['test/fleet/guard-secrecy.ts', 'test/fleet/run-by-chart.ts'],
    maxWorkers: 3,
    testTimeout: 300_000,
    hookTimeout: 180_000,
    restoreMocks: true,
  },
});
