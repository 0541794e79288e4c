// oxlint-disable-next-line no-restricted-imports -- a door of its own: what makes CRDs is of no use to the rest of the house
import { withoutNulls } from '../../api/crd/index.ts';
import type { KubeObject, Problem } from '../../api/index.ts';
import { groupVersionKind, objectKey } from '../../api/index.ts';
import { eventing, type Installation, type KnativeComponent, serving } from '../../knative/index.ts';
import { type CliError, usageError } from '../failure/cli-error.ts';
import { objectSchema } from './object-schema.ts';
import type { GivenDocument } from './read-documents.ts';

/** A KnativeServing or KnativeEventing that somebody has written down. */
export interface GivenInstallation {
  readonly component: KnativeComponent;
  readonly installation: Installation;
  /** Where it stands, for messages: `'cr.yaml'`. */
  readonly source: string;
}

/** `KnativeServing knative-serving/knative`. */
export function titleOf({ component, installation }: Pick<GivenInstallation, 'component' | 'installation'>) {
  return `${component.kind} ${objectKey(installation.metadata)}`;
}

/** Whether an object is one of those that Knative is installed by, whatever the version of its API group. */
export function isInstallation({ object }: GivenDocument): boolean {
  return componentOf(object) !== undefined;
}

/** In which namespace objects are. */
export interface Namespaces {
  /** All of them, as the command line says. */
  readonly all: string | undefined;
  /** Those that name none. */
  readonly fallback?: string | undefined;
}

/** As kubectl and the API server read it. Throws CliError. */
export function givenInstallation(
  { object, source }: GivenDocument,
  { all, fallback }: Namespaces,
): GivenInstallation {
  const component = componentOf(object);
  if (component === undefined) throw new Error(`${object.kind} installs nothing`);
  const own = nonEmpty(object.metadata.namespace);
  if (own !== undefined && all !== undefined && own !== all)
    throw usageError(
      `${component.kind} ${object.metadata.name} in ${source} is in namespace '${own}', not in '${all}'.`,
      { fix: `leave --namespace out, or use --namespace=${own}` },
    );
  const namespace = all ?? fallback;
  const placed =
    own !== undefined || namespace === undefined
      ? object
      : { ...object, metadata: { ...object.metadata, namespace } };
  const parsed = component.parse(withoutNulls(placed, objectSchema(component.kind)));
  if (!parsed.ok) throw unusable(placed, source, parsed.problems);
  return { component, installation: parsed.resource, source };
}

/** YAML has room for null and for nothing, which both name no namespace. */
function nonEmpty(namespace: string | null | undefined): string | undefined {
  return namespace === null || namespace === '' ? undefined : namespace;
}

function componentOf(object: KubeObject): KnativeComponent | undefined {
  const { group, kind } = groupVersionKind(object);
  return group !== 'operator.knative.dev'
    ? undefined
    : [serving, eventing].find((component) => component.kind === kind);
}

const mostProblems = 5;

function unusable({ kind, metadata }: KubeObject, source: string, problems: readonly Problem[]): CliError {
  const shown = problems.slice(0, mostProblems).map(describe);
  const more = problems.length > mostProblems ? `; and ${problems.length - mostProblems} more` : '';
  return usageError(`${kind} ${objectKey(metadata)} in ${source}: ${shown.join('; ')}${more}.`, {
    fix: fixOf(kind, problems),
    code: 'WW3011',
  });
}

function fixOf(kind: string, problems: readonly Problem[]): string {
  const fields = problems.map(({ field }) => field);
  if (fields.includes('metadata.namespace')) return 'set metadata.namespace, or give --namespace';
  const correct = `correct ${problems.length === 1 ? 'the field' : 'the fields'}`;
  return fields.some((field) => field.startsWith('spec'))
    ? `${correct}; kubectl explain ${kind.toLowerCase()}.spec tells what may be there`
    : correct;
}

function describe({ field, value, message }: Problem): string {
  return `${field}${value === undefined ? '' : ` '${value}'`} ${message}`;
}
