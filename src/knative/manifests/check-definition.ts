import type { KubeObject } from '../../api/index.ts';
import { ManifestError } from './manifest-error.ts';

/**
 * Refuses a CustomResourceDefinition that does not say which kind it defines: before anything is applied its set is
 * asked for that. The API server judges the rest. Throws a ManifestError that names the field.
 */
export function checkDefinition(object: KubeObject, where: string): void {
  if (object.kind !== 'CustomResourceDefinition') return;
  const { group, scope, names, versions } = record(object['spec']);
  const { kind, plural } = record(names);
  const texts = Object.entries({ group, scope, 'names.kind': kind, 'names.plural': plural });
  const broken = texts.find(([, value]) => typeof value !== 'string' || value === '');
  const problem =
    broken === undefined ? versionsProblem(versions) : `spec.${broken[0]} must be a text that is not empty`;
  if (problem === undefined) return;
  throw new ManifestError(
    `CustomResourceDefinition ${object.metadata.name} in ${where} is broken: ${problem}`,
  );
}

function versionsProblem(versions: unknown): string | undefined {
  if (!Array.isArray(versions) || versions.length === 0)
    return 'spec.versions must be a list that is not empty';
  const index = versions.findIndex((version) => typeof record(version)['name'] !== 'string');
  return index === -1 ? undefined : `spec.versions[${index}].name must be a text`;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
