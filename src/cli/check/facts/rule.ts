import type { Rule } from '../../../operator/index.ts';

export type { Rule };

/** As an item of a list in YAML. */
export function ruleLine({ group, resources, verbs, names }: Rule): string {
  const only = names === undefined ? '' : `, resourceNames: [${quoted(names)}]`;
  return `- {apiGroups: ["${group}"], resources: [${quoted(resources)}]${only}, verbs: [${verbs.join(', ')}]}`;
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `"${text}"`).join(', ');
}

/** Rules about the same group, verbs and names, as one. */
export function mergeRules(rules: readonly Rule[]): readonly Rule[] {
  const alike = Map.groupBy(rules, ({ group, verbs, names }) => JSON.stringify([group, verbs, names]));
  return [...alike.values()].flatMap((same) =>
    same[0] === undefined
      ? []
      : [{ ...same[0], resources: [...new Set(same.flatMap(({ resources }) => resources))] }],
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
