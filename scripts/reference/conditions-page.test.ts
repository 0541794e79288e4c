import { expect, it } from 'vitest';
import { calmScalingReasons } from '../../src/api/keda-kedify-io/condition-types.ts';
import { reasons } from '../../src/api/reasons.ts';
import { newsReasons } from '../../src/controller/event-reasons.ts';
import { sourceTexts } from './source-texts.ts';

/** Of errors of API servers, of autoscalers, and of conditions as knative/operator has them; none of them is a word of ours. */
const others = ['DesiredWithinRange', 'Error', 'TooFewReplicas', 'TooManyReplicas'];

async function reasonsInSource(): Promise<ReadonlySet<string>> {
  const texts = await sourceTexts('{knative,scaling,clusters,operator}/**/*.ts');
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/\breason: '([A-Z]\w+)'/g)].map(([, name = '']) => name)),
  );
}

it('knows each reason that the operator writes', async () => {
  const found = await reasonsInSource();
  const documented = new Set(
    [reasons, newsReasons, calmScalingReasons].flatMap((list) => Object.keys(list)).concat(others),
  );
  expect(found.difference(documented)).toEqual(new Set());
});

it('has no calm reason that nothing writes', async () => {
  const found = await reasonsInSource();
  expect(Object.keys(calmScalingReasons).filter((name) => !found.has(name))).toEqual([]);
});
