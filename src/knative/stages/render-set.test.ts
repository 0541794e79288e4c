import { expect, test } from 'vitest';
import { ManifestError } from '../manifests/index.ts';
import { emptySet, KnativeWorld } from '../testing/knative-world.ts';
import { renderSet } from './render-set.ts';

const findings = [
  { reason: 'ConfigUnknown', field: 'spec.config.nope', message: 'no such ConfigMap' },
] as const;

test('the set goes on with where it comes from and what was found, and nothing is told yet', async () => {
  const world = new KnativeWorld();
  world.seed();
  world.rendered = { set: emptySet, paths: ['a'], findings };
  const before = world.pass({ version: '1.15.2', namespace: 'team', cluster: world.spoke });
  const result = await renderSet(before);
  expect(result).toMatchObject({ pass: { set: emptySet, paths: ['a'], findings } });
  // What was not applied is not in force.
  expect(result.pass.status).toBe(before.status);
  expect(world.events).toEqual([]);
});

test('a drift policy that does not exist is found', async () => {
  const world = new KnativeWorld();
  world.seed({ metadata: { annotations: { 'operator.knative.dev/drift-policy': 'ignore' } } });
  world.rendered = { set: emptySet, paths: [], findings };
  const pass = world.pass({ version: '1.15.2', namespace: 'team', cluster: world.spoke });
  const { pass: found } = await renderSet(pass);
  expect(found.findings?.map(({ reason }) => reason)).toEqual(['AnnotationUnknown', 'ConfigUnknown']);
});

test('what cannot be rendered is thrown', async () => {
  const world = new KnativeWorld();
  world.seed();
  world.rendered = new ManifestError('there is no such release');
  const pass = world.pass({ version: '1.15.2', namespace: 'team', cluster: world.spoke });
  await expect(renderSet(pass)).rejects.toBe(world.rendered);
});
