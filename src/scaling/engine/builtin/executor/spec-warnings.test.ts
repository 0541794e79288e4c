import { expect, it } from 'vitest';
import { specWarnings } from './spec-warnings.ts';

it('warns of variables of the workload, and of pods that are not on members', () => {
  const triggers = [
    { type: 'cron', metadata: { timezone: 'UTC' } },
    { type: 'kubernetes-workload', metadata: { podSelector: 'a=b' } },
    { type: 'prometheus', metadata: { serverAddressFromEnv: 'SERVER' } },
  ];
  expect(specWarnings({ scaleTargetRef: { name: 'web' }, triggers }).map(({ field }) => field)).toEqual([
    'spec.scaledObjectSpec.triggers[1].type',
    'spec.scaledObjectSpec.triggers[2].metadata.serverAddressFromEnv',
  ]);
});
