import type { Capability, ExplainedRule } from '../../src/operator/index.ts';
import { rulesYaml } from './rules-yaml.ts';

const header = '{{- /* Written by `npm run chart` from src/operator/rights; changes here are lost. */ -}}\n';

/** A template for each capability with its rules, which templates/rbac.yaml puts into roles. */
export function rulesTemplate(capabilities: readonly Capability[]): string {
  return header + capabilities.map(templateOf).join('');
}

function templateOf({ name, about, rules }: Capability): string {
  return `
{{- define "wheelwright.rules.${name}" -}}
# ${about}
${rulesYaml(rules, moreNames)}{{- end }}
`;
}

/** Users bring roles of their own with `spec.manifests`, and must say so. */
function moreNames({ resources, verbs }: ExplainedRule): string {
  if (!verbs.includes('escalate')) return '';
  const value = resources.includes('clusterroles') ? 'extraClusterRoles' : 'extraRoles';
  return [`{{- range .Values.rbac.${value} }}`, '    - {{ . | quote }}', '{{- end }}'].join('\n');
}
