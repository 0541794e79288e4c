import type { CrdFile } from '../../src/api/crd/index.ts';

/** A definition as a template of the chart: kept when the release goes, unless somebody says otherwise. */
export function definitionTemplate({ name, text }: CrdFile): CrdFile {
  const yaml = text.slice(text.indexOf('---\n') + '---\n'.length);
  if (!yaml.includes('\nmetadata:\n  name: '))
    throw new Error(`the definition in '${name}' does not begin as others do`);
  const body = escaped(yaml).replace(
    '\nmetadata:\n',
    '\nmetadata:\n{{- if .Values.crds.keep }}\n  annotations:\n    helm.sh/resource-policy: keep\n{{- end }}\n  labels: {{- include "wheelwright.labels" . | nindent 4 }}\n',
  );
  return {
    name,
    text: `{{- /* Written by \`npm run chart\` from src/api; changes here are lost. */ -}}\n{{- if .Values.crds.install }}\n${body}{{- end }}\n`,
  };
}

/** Descriptions may speak of templates. */
function escaped(yaml: string): string {
  return yaml.replaceAll('{{', '{{ "{{" }}');
}
