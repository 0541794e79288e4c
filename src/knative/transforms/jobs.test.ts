import { describe, expect, it } from 'vitest';
import { jobs } from './jobs.ts';
import { contextFor, deployment, workload } from './objects.fixture.ts';
import { valueAt } from './path-copy.ts';

const label = ['spec', 'template', 'metadata', 'labels', 'sidecar.istio.io/inject'];

describe('a Job', () => {
  it.each([
    [{ name: 'storage-version-migration' }, 'serving', '0.15.2', 'storage-version-migration-serving-0.15.2'],
    [
      { name: 'storage-version-migration' },
      'eventing',
      '0.16.0',
      'storage-version-migration-eventing-0.16.0',
    ],
    [
      { generateName: 'storage-version-migration-' },
      'serving',
      '0.15.2',
      'storage-version-migration-serving-0.15.2',
    ],
    [
      { generateName: 'storage-version-migration-' },
      'eventing',
      '0.16.0',
      'storage-version-migration-eventing-0.16.0',
    ],
    [{ name: 'a', generateName: 'b-' }, 'serving', '1.23.0', 'a-serving-1.23.0'],
  ] as const)('%j of %s %s is named %s', (metadata, component, version, name) => {
    const changed = jobs(workload('Job', '', [], { metadata }), contextFor({}, { component, version }));
    expect(changed.metadata).toEqual({ ...metadata, name });
  });

  it.each([
    [undefined, 'false'],
    ['', 'false'],
    ['true', 'true'],
  ])('whose sidecar label is %j gets %j', (before, after) => {
    const labels = before === undefined ? {} : { 'sidecar.istio.io/inject': before };
    const given = workload('Job', 'j', []);
    const spec = { template: { metadata: { labels } } };
    expect(valueAt(jobs({ ...given, spec }, contextFor({})), label)).toBe(after);
  });

  it('is the only kind that is renamed', () => {
    const given = deployment('d');
    expect(jobs(given, contextFor({}))).toBe(given);
  });
});
