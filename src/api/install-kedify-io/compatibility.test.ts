import { describe, expect, it } from 'vitest';
import { customResourceDefinition } from '../crd/index.ts';
import { narrower, rootOf } from '../crd/testing/narrower-schema.ts';
import { referenceDefinition } from '../crd/testing/reference-definition.ts';
import { kedifyConfiguration } from './kedify-configuration.ts';

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

const ours = customResourceDefinition(kedifyConfiguration) as unknown as Definition;

/** The definition of Kedify lies outside the repository; where it is absent the others are told as skipped. */
describe('compatibility with Kedify', () => {
  it('keeps group and names', () => {
    expect(ours.spec).toMatchObject({
      group: 'install.kedify.io',
      names: {
        kind: 'KedifyConfiguration',
        plural: 'kedifyconfigurations',
        shortNames: ['kedify', 'kedifyconfig'],
      },
      scope: 'Namespaced',
      versions: [{ name: 'v1alpha1', subresources: { status: {} } }],
    });
  });

  const reference = referenceDefinition('kedify-configuration.yaml');
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
