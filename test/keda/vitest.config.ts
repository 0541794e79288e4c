import { defineConfig } from 'vitest/config';
import { areGuidesAtHand, guideTests } from './guides.ts';

/** Scaling by KEDA and the autoscaler of Kubernetes as they are. KEDA takes long to build, so this is a stage of its own. */
export default defineConfig({
  test: {
    include: ['test/keda/**/*.test.ts'],
    // They play texts of others, which nobody else has to have; the setup says so.
    exclude: areGuidesAtHand ? [] : [guideTests],
    globalSetup: ['test/keda/global-setup.ts'],
    setupFiles: ['test/fleet/guard-secrecy.ts', 'test/fleet/run-by-chart.ts'],
    maxWorkers: 2,
    // Those that run side by side mostly wait.
    maxConcurrency: 20,
    testTimeout: 300_000,
    hookTimeout: 180_000,
    restoreMocks: true,
  },
});
