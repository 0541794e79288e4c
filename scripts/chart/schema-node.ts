import * as z from 'zod';

/** JSON Schema, as far as values use it. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly additionalProperties?: unknown;
}

/** What Helm checks values by. Objects are closed, but for those that only pass through. */
export function jsonSchema(values: z.ZodType): SchemaNode {
  const schema = z.toJSONSchema(values, { target: 'draft-7', io: 'input' }) as SchemaNode;
  return withOwnKeys(schema);
}

/** Beside the values, a file of a user may hold anchors and notes under `x-…`. */
function withOwnKeys(schema: SchemaNode): SchemaNode {
  return { ...schema, patternProperties: { '^x-': {} } } as SchemaNode;
}
