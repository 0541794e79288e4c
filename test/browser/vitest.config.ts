import { defineConfig } from 'vitest/config';

/** What people see in a real browser. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 180_000,
    // Chromium is unpacked once, which takes a while on a busy machine.
    hookTimeout: 120_000,
    restoreMocks: true,
  },
});
