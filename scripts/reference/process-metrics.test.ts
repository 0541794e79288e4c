import { collectDefaultMetrics, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { processMetrics } from './process-metrics.ts';

it('describes each metric of the process as it is', async () => {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const described = processMetrics.map(({ name, type }) => ({ name, type }));
  const served = (await register.getMetricsAsJSON()).map(({ name, type }) => ({ name, type }));
  expect(described).toEqual(expect.arrayContaining(served));
});
