import { isRecord } from '../../src/api/index.ts';
import type { StructuralSchema } from '../../src/api/crd/index.ts';

/** A field of a custom resource. */
export interface SchemaField {
  /** `spec.workloads[].name`; `*` is a key that users choose. */
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly default: unknown;
  /** What limits the value. */
  readonly limits: readonly string[];
  readonly description: string;
  /** The field that was listed before with the same fields below it. */
  readonly sameAs?: string | undefined;
}

/** As many fields below are listed once only. */
const worthSharing = 5;

/** Every field below a node, in the order of the definition. */
export function schemaFields(root: StructuralSchema, path: string): readonly SchemaField[] {
  const seen = new Map<string, string>();
  return below(root, path, seen);
}

function below(node: StructuralSchema, path: string, seen: Map<string, string>): readonly SchemaField[] {
  const { properties, items, additionalProperties } = node;
  if (isRecord(items)) return below(items, `${path}[]`, seen);
  if (isRecord(additionalProperties)) return below(additionalProperties, `${path}.*`, seen);
  if (!isRecord(properties)) return [];
  const required: readonly unknown[] = Array.isArray(node['required']) ? node['required'] : [];
  const entries = Object.entries(properties).toSorted(([, a], [, b]) => isDeprecated(a) - isDeprecated(b));
  return entries.flatMap(([name, child]) => {
    if (!isRecord(child)) return [];
    const here = `${path}.${name}`;
    const field = fieldOf(child, here, required.includes(name));
    const shape = shapeOf(child);
    const sameAs = shape === undefined ? undefined : seen.get(shape);
    if (sameAs !== undefined) return [{ ...field, sameAs }];
    if (shape !== undefined) seen.set(shape, here);
    return [field, ...below(child, here, seen)];
  });
}

/** 1 or 0, to be sorted by: what has a successor comes after it. */
function isDeprecated(node: unknown): number {
  const { description } = isRecord(node) ? node : {};
  return typeof description === 'string' && description.startsWith('Deprecated') ? 1 : 0;
}

/** What a node has below it, as a text to compare; undefined where that is little. */
function shapeOf({ properties, items, additionalProperties }: StructuralSchema): string | undefined {
  const shape = properties ?? items ?? additionalProperties;
  return isRecord(shape) && countFields(shape) >= worthSharing ? JSON.stringify(shape) : undefined;
}

function countFields(value: unknown): number {
  if (!isRecord(value)) return 0;
  const { description } = value;
  const below = Object.values(value).reduce<number>((sum, child) => sum + countFields(child), 0);
  return below + (typeof description === 'string' ? 1 : 0);
}

function fieldOf(node: StructuralSchema, path: string, isRequired: boolean): SchemaField {
  const { description } = node;
  return {
    path,
    type: typeOf(node),
    isRequired,
    default: node['default'],
    limits: limitsOf(node),
    description: typeof description === 'string' ? description : '',
  };
}

function typeOf(node: StructuralSchema): string {
  const { type, items, additionalProperties } = node;
  if (node['x-kubernetes-int-or-string'] === true) return 'integer or string';
  if (isRecord(items)) return `list of ${typeOf(items)}`;
  if (isRecord(additionalProperties)) return `map of ${typeOf(additionalProperties)}`;
  return typeof type === 'string' ? type : 'anything';
}

const bounds: readonly (readonly [keyword: string, words: string])[] = [
  ['minimum', 'at least'],
  ['exclusiveMinimum', 'more than'],
  ['maximum', 'at most'],
  ['exclusiveMaximum', 'less than'],
  ['minLength', 'characters: at least'],
  ['maxLength', 'characters: at most'],
  ['minItems', 'items: at least'],
  ['maxItems', 'items: at most'],
];

/** With those of the items of a list. */
function limitsOf(node: StructuralSchema): readonly string[] {
  const { enum: allowed, pattern, format, items } = node;
  return [
    ...(Array.isArray(allowed) ? [allowed.map((one) => `\`${String(one)}\``).join(', ')] : []),
    ...(typeof pattern === 'string' ? [`matches \`${pattern}\``] : []),
    ...(typeof format === 'string' ? [format] : []),
    ...bounds.flatMap(([keyword, words]) =>
      typeof node[keyword] === 'number' ? [`${words} ${node[keyword]}`] : [],
    ),
    ...(isRecord(items) ? limitsOf(items) : []),
  ];
}
