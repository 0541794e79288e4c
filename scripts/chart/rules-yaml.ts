import type { ExplainedRule } from '../../src/operator/index.ts';
import { wrapWords } from './wrap-words.ts';

/** Rules as a role has them under `rules`, each with its reason. `moreNames` is a template for names of a user's own. */
export function rulesYaml(
  rules: readonly ExplainedRule[],
  moreNames?: (rule: ExplainedRule) => string,
): string {
  return rules.map((rule) => ruleYaml(rule, moreNames?.(rule) ?? '')).join('');
}

function ruleYaml(rule: ExplainedRule, moreNames: string): string {
  const { group, resources, verbs, names, why, isOptional } = rule;
  const reason = isOptional === true ? `${why} Optional.` : why;
  return [
    ...wrapWords(reason, widest).map((line) => `# ${line}`),
    `- apiGroups: [${quoted([group])}]`,
    `  resources: [${quoted(resources)}]`,
    ...(names === undefined ? [] : ['  resourceNames:', ...names.map((name) => `    - ${name}`)]),
    ...(moreNames === '' ? [] : [moreNames]),
    `  verbs: [${verbs.join(', ')}]`,
    '',
  ].join('\n');
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => JSON.stringify(text)).join(', ');
}

const widest = 108;
