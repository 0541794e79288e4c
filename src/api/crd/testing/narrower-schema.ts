/** What is read of a structural schema to compare it with another. */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
}

/** The schema of whole objects in a CustomResourceDefinition with one version. */
export function rootOf(crd: unknown): Schema {
  const { spec } = crd as { spec: { versions: readonly [{ schema: { openAPIV3Schema: Schema } }] } };
  return spec.versions[0].schema.openAPIV3Schema;
}

/**
 * Where `mine` refuses what `theirs` accepts, or would store it differently; sorted within each level. Both are structural
 * schemas.
 */
export function narrower(theirs: Schema, mine: Schema, path: string): readonly string[] {
  const limits = ['enum', 'pattern', 'minLength', 'minimum', 'maximum'] as const;
  const identical = ['type', 'format', 'default', 'x-kubernetes-int-or-string'] as const;
  const merging = ['x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type'] as const;
  const found = [
    ...limits
      .filter((key) => mine[key] !== undefined && JSON.stringify(mine[key]) !== JSON.stringify(theirs[key]))
      .map((key) => `${path}: '${key}' is stricter`),
    ...[...identical, ...merging]
      .filter((key) => JSON.stringify(mine[key]) !== JSON.stringify(theirs[key]))
      .map((key) => `${path}: '${key}' differs`),
  ];
  for (const [name, theirProperty] of Object.entries(theirs.properties ?? {})) {
    const below = `${path}.${name}`;
    const property = mine.properties?.[name];
    found.push(
      ...(property === undefined ? [`${below}: is missing`] : narrower(theirProperty, property, below)),
    );
  }
  for (const name of mine.required ?? []) {
    if (theirs.required?.includes(name) !== true) found.push(`${path}.${name}: is required`);
  }
  for (const key of ['items', 'additionalProperties'] as const) {
    const their = theirs[key];
    if (their === undefined) continue;
    const my = mine[key];
    found.push(...(my === undefined ? [`${path}: '${key}' is missing`] : narrower(their, my, `${path}[]`)));
  }
  return found.sort();
}
