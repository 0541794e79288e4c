import { defineConfig } from 'vitest/config';

/** What Helm makes of the chart; it needs Helm, which Go builds once, and no cluster. */
export default defineConfig({
  test: {
    include: ['test/chart/**/*.test.ts'],
    globalSetup: ['test/chart/global-setup.ts'],
    testTimeout: 60_000,
    restoreMocks: true,
  },
});
