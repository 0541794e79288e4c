import type { Finding } from '../../knative/index.ts';
import type { GivenInstallation } from './given-installation.ts';
import { objectSchema } from './object-schema.ts';

/** A node of the OpenAPI schema of a CustomResourceDefinition, as far as it says which fields there are. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** Fields of a spec that the hub would drop, because its definition does not have them: most are misspelled. */
export function unknownFields({
  component,
  installation,
}: Pick<GivenInstallation, 'component' | 'installation'>): readonly Finding[] {
  const { properties }: Schema = objectSchema(component.kind);
  return unknownIn(installation.spec, properties?.['spec'] ?? {}, 'spec').map(({ field, known }) => {
    const name = field.slice(field.lastIndexOf('.') + 1);
    const meant = known.find((candidate) => isAlike(candidate, name));
    return {
      reason: 'FieldNotImplemented',
      field,
      message: `there is no such field, and it has no effect${meant === undefined ? '' : `; did you mean '${meant}'?`}`,
    };
  });
}

interface UnknownField {
  readonly field: string;
  /** What there is in its place. */
  readonly known: readonly string[];
}

/** Fields of a value that its schema does not have. */
export function unknownIn(value: unknown, schema: Schema, path: string): readonly UnknownField[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => unknownIn(item, schema.items ?? {}, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null || schema.properties === undefined) {
    const { additionalProperties: below } = schema;
    if (typeof below !== 'object' || typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, child]) => unknownIn(child, below, `${path}.${key}`));
  }
  const { properties } = schema;
  const free = schema['x-kubernetes-preserve-unknown-fields'] === true;
  return Object.entries(value).flatMap(([key, child]) => {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (known !== undefined) return unknownIn(child, known, `${path}.${key}`);
    return free ? [] : [{ field: `${path}.${key}`, known: Object.keys(properties) }];
  });
}

/** Letters in the wrong place, one too many or too few, or another way to write a name of several words. */
function isAlike(a: string, b: string): boolean {
  return distance(a.replaceAll('-', '').toLowerCase(), b.replaceAll('-', '').toLowerCase()) <= 2;
}

/** Levenshtein's: how many letters must be put in, taken away or replaced. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries())
      next.push(
        Math.min((row[j] ?? 0) + (letter === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
