import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Files that replace whole modules, which others must not see. */
const alone = ['src/cli/operator-command.test.ts'];

/** Unit tests lie beside the code; what needs a cluster lies in test/e2e and runs by test/e2e/vitest.config.ts. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: Math.max(3, availableParallelism()),
    // Properties count as fast as they can; a busy machine gives them a third of it.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'plugins/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
            'test/bed/**/*.test.ts',
            'test/chaos/**/*.test.ts',
            'test/demo/**/*.test.ts',
            'test/examples/**/*.test.ts',
            'test/image/**/*.test.ts',
            'test/support/**/*.test.ts',
          ],
          exclude: alone,
          // Files share their workers: loading the same modules for each anew would take most of the time.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
