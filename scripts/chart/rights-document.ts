import type { Capability, ExplainedRule } from '../../src/operator/index.ts';
import { code, table } from '../markdown.ts';
import { rulesYaml } from './rules-yaml.ts';

/** The capabilities as chapters with a table each. */
export function capabilityChapters(capabilities: readonly Capability[]): string {
  return capabilities
    .map(
      ({ name, about, scope, rules }) =>
        `### \`${name}\`\n\n${about} ${places[scope]}\n\n${rulesTable(rules)}`,
    )
    .join('\n\n');
}

const places: Readonly<Record<Capability['scope'], string>> = {
  cluster: 'A ClusterRole for the whole cluster.',
  own: "A Role in the operator's own namespace.",
  credentials: 'For the whole cluster, or only in the namespaces of `multicluster.secretNamespaces`.',
  workloads: 'For the whole cluster, or only in the namespaces of `scaling.namespaces`.',
  triggers:
    "For the whole cluster, or only in the namespaces of `scaling.namespaces` and the operator's own.",
};

/** Rules as a Markdown table. Names are many, so that they stand in the manifests only. */
export function rulesTable(rules: readonly ExplainedRule[]): string {
  const rows = rules.map(({ group, resources, verbs, names, why, isOptional }) => {
    const what = resources.map((resource) => code(group === '' ? resource : `${resource}.${group}`));
    const only =
      names === undefined
        ? ''
        : names.length < 3
          ? ` named ${names.map(code).join(', ')}`
          : ` of ${names.length} names`;
    return [what.join(', ') + only, verbs.join(', '), `${why}${isOptional === true ? ' Optional.' : ''}`];
  });
  return table(['resources', 'verbs', 'why'], rows);
}

/** A ClusterRole as a file to apply. */
export function clusterRoleFile(name: string, about: string, rules: readonly ExplainedRule[]): string {
  return [
    '# Written by `npm run chart` from src/operator/rights; changes here are lost.',
    `# ${about}`,
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: ClusterRole',
    'metadata:',
    `  name: ${name}`,
    'rules:',
    rulesYaml(rules).trimEnd().replaceAll(/^/gm, '  '),
    '',
  ].join('\n');
}
