import { describe, expect, it } from 'vitest';
import { customResourceDefinition } from '../crd/index.ts';
import { narrower, rootOf } from '../crd/testing/narrower-schema.ts';
import { referenceDefinition } from '../crd/testing/reference-definition.ts';
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

/** The definition of Kedify lies outside the repository; where it is absent the others are told as skipped. */
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

  const reference = referenceDefinition('kedify-distributedscaledobjects.yaml');
  const theirs = (): Definition => reference.read() as Definition;

  describe.skipIf(reference.isAbsent)(`with ${reference.name}`, () => {
    it('accepts everything that its schema accepts, and stores it as it does', () => {
      expect(narrower(rootOf(theirs()), rootOf(ours), '')).toEqual([]);
    });

    it('shows the same columns in the same order, and has the same subresources', () => {
      const plain = ({ name, type, jsonPath, priority }: Readonly<Record<string, unknown>>) => [
        name,
        type,
        jsonPath,
        priority,
      ];
      const [mine, other] = [ours.spec.versions[0], theirs().spec.versions[0]];
      expect(mine.additionalPrinterColumns.map(plain)).toEqual(other.additionalPrinterColumns.map(plain));
      expect(mine.subresources).toEqual(other.subresources);
      const { categories: _, ...names } = ours.spec.names;
      expect({ ...names, scope: ours.spec.scope }).toEqual({
        ...theirs().spec.names,
        scope: theirs().spec.scope,
      });
    });
  });
});
