import { isRecord } from '../is-record.ts';
import type { StructuralSchema } from './structural-schema.ts';

/**
 * As the API server reads what somebody has written: null counts as absent in every field that the schema knows and
 * does not allow null in, and as the default where there is one (apiextensions-apiserver,
 * PruneNonNullableNullsWithoutDefaults). In a list it stays, for whoever judges the value to refuse.
 */
export function withoutNulls(value: unknown, schema: StructuralSchema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return isRecord(items) ? value.map((item) => withoutNulls(item, items)) : value;
  }
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).flatMap(([name, child]) => {
    const known = schemaOf(name, schema);
    if (known === undefined) return [[name, child]];
    if (child !== null || known['nullable'] === true) return [[name, withoutNulls(child, known)]];
    const { default: usual } = known;
    return usual === undefined ? [] : [[name, usual]];
  });
  return Object.fromEntries(fields);
}

function schemaOf(
  name: string,
  { properties, additionalProperties }: StructuralSchema,
): StructuralSchema | undefined {
  const known = isRecord(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (isRecord(known)) return known;
  return isRecord(additionalProperties) ? additionalProperties : undefined;
}
