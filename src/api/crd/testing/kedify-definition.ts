import { describe, expect, it } from 'vitest';
import { customResourceDefinition, type KindDefinition } from '../index.ts';
import { narrower, rootOf } from './narrower-schema.ts';
import { referenceDefinition } from './reference-definition.ts';

export interface Definition {
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

/** Ours, as the API server takes it. */
export function generatedDefinition(kind: KindDefinition): Definition {
  return customResourceDefinition(kind) as unknown as Definition;
}

/** Tests that whoever uses Kedify's definition, which is in the file of that name, finds the same in ours. */
export function describeKedifyDefinition(file: string, ours: Definition): void {
  const reference = referenceDefinition(file);
  const theirs = (): Definition => reference.read() as Definition;

  describe.skipIf(reference.isAbsent)(`with ${reference.name}`, () => {
    it('accepts everything that its schema accepts, and stores it as it does', () => {
      expect(narrower(rootOf(theirs()), rootOf(ours), '')).toEqual([]);
    });

    it('shows the same columns in the same order before others, and has the same subresources', () => {
      const plain = ({ name, type, jsonPath, priority }: Readonly<Record<string, unknown>>) => [
        name,
        type,
        jsonPath,
        priority,
      ];
      const [mine, other] = [ours.spec.versions[0], theirs().spec.versions[0]];
      const [columns, expected] = [mine.additionalPrinterColumns, other.additionalPrinterColumns];
      expect(columns.slice(0, expected.length).map(plain)).toEqual(expected.map(plain));
      expect(columns.slice(expected.length).filter(({ priority }) => priority !== 1)).toEqual([]);
      expect(mine.subresources).toEqual(other.subresources);
      const { categories: _, ...names } = ours.spec.names;
      expect({ ...names, scope: ours.spec.scope }).toEqual({
        ...theirs().spec.names,
        scope: theirs().spec.scope,
      });
    });
  });
}
