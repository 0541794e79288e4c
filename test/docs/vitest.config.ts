import { defineConfig } from 'vitest/config';

/** The pages for readers, command by command, with the operator that they install. */
export default defineConfig({
  test: {
    include: ['test/docs/**/*.test.ts'],
    globalSetup: ['test/docs/global-setup.ts'],
    setupFiles: ['test/fleet/guard-secrecy.ts', 'test/fleet/run-by-chart.ts'],
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 180_000,
    restoreMocks: true,
  },
});
