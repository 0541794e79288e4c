import { existsSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { customResourceDefinition } from '../crd/index.ts';
import { narrower, rootOf } from '../crd/testing/narrower-schema.ts';
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

/** The definition of Kedify lies outside the repository; where it is absent only the first test runs. */
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

  const file = new URL('../../../../shared/data/crds/kedify-configuration.yaml', import.meta.url);
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
