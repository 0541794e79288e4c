/** Rules as RBAC has them, for every namespace. */
export interface Rule {
  /** Empty for the core group. */
  readonly group: string;
  /** `deployments`, `deployments/status`. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** As an item of a list in YAML. */
export function ruleLine({ group, resources, verbs }: Rule): string {
  const names = resources.map((resource) => `"${resource}"`).join(', ');
  return `- {apiGroups: ["${group}"], resources: [${names}], verbs: [${verbs.join(', ')}]}`;
}

/** Rules about the same group and verbs, as one. */
export function mergeRules(rules: readonly Rule[]): readonly Rule[] {
  const alike = Map.groupBy(rules, ({ group, verbs }) => JSON.stringify([group, verbs]));
  return [...alike.values()].flatMap((same) =>
    same[0] === undefined ? [] : [{ ...same[0], resources: same.flatMap(({ resources }) => resources) }],
  );
}

/** One word for each right. */
export function rightsOf(rules: readonly Rule[]): readonly string[] {
  return rules.flatMap(({ group, resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource}/${verb}`)),
  );
}

const mostNamed = 5;

/** `leases.coordination.k8s.io, secrets and 12 more`. */
export function namesOfRules(rules: readonly Rule[]): string {
  const names = rules.flatMap(({ group, resources }) =>
    resources.map((resource) => (group === '' ? resource : `${resource}.${group}`)),
  );
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return names.slice(0, mostNamed).join(', ') + more;
}
