import { defineConfig } from 'vitest/config';

/** Unit tests lie beside the code; what needs a cluster lies in test/e2e and runs by test/e2e/vitest.config.ts. */
export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'plugins/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
      'test/bed/**/*.test.ts',
      'test/chaos/**/*.test.ts',
      'test/support/**/*.test.ts',
    ],
    testTimeout: 20_000,
    restoreMocks: true,
  },
});
