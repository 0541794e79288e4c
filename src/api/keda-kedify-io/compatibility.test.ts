import { existsSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { customResourceDefinition } from '../crd/index.ts';
import { narrower, rootOf } from '../crd/testing/narrower-schema.ts';
import { distributedScaledObject } from './distributed-scaled-object.ts';

interface Definition {
  readonly spec: {
    readonly names: Readonly<Record<string, unknown>>;
    readonly scope: string;
    readonly versions: readonly [
      {
        readonly name: string;
        readonly subresources: unknown;
        readonly additionalPrinterColumns: readonly Readonly<Record<string, unknown>>[];
      },
    ];
  };
}

const ours = customResourceDefinition(distributedScaledObject) as unknown as Definition;

/** The definition of Kedify lies outside the repository; where it is absent only the first test runs. */
describe('compatibility with Kedify', () => {
  it('keeps group, names and the way to scale', () => {
    expect(ours.spec).toMatchObject({
      group: 'keda.kedify.io',
      names: { kind: 'DistributedScaledObject', plural: 'distributedscaledobjects', shortNames: ['dso'] },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
          subresources: {
            status: {},
            scale: {
              specReplicasPath: '.spec.totalTargetReplicas',
              statusReplicasPath: '.status.totalCurrentReplicas',
              labelSelectorPath: '.status.selector',
            },
          },
        },
      ],
    });
  });

  const file = new URL('../../../../shared/data/crds/kedify-distributedscaledobjects.yaml', import.meta.url);
  if (!existsSync(file)) return;
  const theirs = load(readFileSync(file, 'utf8')) as Definition;

  it('accepts everything that its schema accepts, and stores it as it does', () => {
    expect(narrower(rootOf(theirs), rootOf(ours), '')).toEqual([]);
  });

  it('shows the same columns in the same order, and has the same subresources', () => {
    const plain = ({ name, type, jsonPath, priority }: Readonly<Record<string, unknown>>) => [
      name,
      type,
      jsonPath,
      priority,
    ];
    const [mine, reference] = [ours.spec.versions[0], theirs.spec.versions[0]];
    expect(mine.additionalPrinterColumns.map(plain)).toEqual(reference.additionalPrinterColumns.map(plain));
    expect(mine.subresources).toEqual(reference.subresources);
    const { categories: _, ...names } = ours.spec.names;
    expect({ ...names, scope: ours.spec.scope }).toEqual({ ...theirs.spec.names, scope: theirs.spec.scope });
  });
});
