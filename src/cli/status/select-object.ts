import { anyOf } from '../command-line/choice.ts';
import { usageError } from '../failure/cli-error.ts';

export const objectTypes = ['cluster', 'serving', 'eventing', 'member', 'dso'] as const;

export type ObjectType = (typeof objectTypes)[number];

/** What a person named on the command line. */
export interface ObjectName {
  readonly type: ObjectType;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** kubectl's names for the kinds, long and short, beside ours. */
const aliases: Readonly<Record<string, ObjectType>> = {
  clusters: 'cluster',
  clusterprofile: 'cluster',
  clusterprofiles: 'cluster',
  'clusterprofile.multicluster.x-k8s.io': 'cluster',
  knativeserving: 'serving',
  knativeservings: 'serving',
  kserving: 'serving',
  'knativeserving.operator.knative.dev': 'serving',
  knativeeventing: 'eventing',
  knativeeventings: 'eventing',
  keventing: 'eventing',
  'knativeeventing.operator.knative.dev': 'eventing',
  members: 'member',
  distributedscaledobject: 'dso',
  distributedscaledobjects: 'dso',
  'distributedscaledobject.keda.kedify.io': 'dso',
};

/** By the name that kubectl, or this program, has for it; `text` is what was written. Throws CliError. */
export function objectType(word: string, text: string): ObjectType {
  const type = objectTypes.find((known) => known === word.toLowerCase()) ?? aliases[word.toLowerCase()];
  if (type !== undefined) return type;
  throw usageError(`The type of '${text}' must be ${anyOf(objectTypes)}, as in serving/knative.`, {
    code: 'WW5003',
  });
}

/** `TYPE/NAME`, or `TYPE/NAMESPACE/NAME`. Throws CliError. */
export function parseObjectName(text: string): ObjectName {
  const [word = '', ...rest] = text.split('/');
  const type = objectType(word, text);
  const [first, second, ...more] = rest;
  if (!first || second === '' || more.length > 0)
    throw usageError(`'${text}' must be TYPE/NAME or TYPE/NAMESPACE/NAME, as in ${type}/${sample[type]}.`, {
      code: 'WW5003',
    });
  return second === undefined
    ? { type, namespace: undefined, name: first }
    : { type, namespace: first, name: second };
}

const sample: Readonly<Record<ObjectType, string>> = {
  cluster: 'eu-1',
  serving: 'knative',
  eventing: 'knative',
  member: 'eu-1',
  dso: 'checkout',
};

export interface Named {
  readonly namespace: string;
  readonly name: string;
}

/**
 * The one object that is meant: in the namespace given, else in that of the context, else the only one of its name.
 * Throws CliError where there is none, or more than one.
 */
export function selectObject<T extends Named>(
  candidates: readonly T[],
  { type, namespace, name }: ObjectName,
  contextNamespace: string | undefined,
): T {
  const namesakes = candidates.filter((candidate) => candidate.name === name);
  const places = namespace === undefined ? namesakes : namesakes.filter((one) => one.namespace === namespace);
  const here = places.find((one) => one.namespace === (contextNamespace ?? 'default'));
  if (places.length === 1 && places[0] !== undefined) return places[0];
  if (here !== undefined) return here;
  if (places.length > 1) {
    const where = places.map((one) => `${type}/${one.namespace}/${one.name}`);
    throw usageError(`There is more than one ${type}/${name}.`, { fix: `name one of ${where.join(', ')}` });
  }
  const wanted = namespace === undefined ? `${type}/${name}` : `${type}/${namespace}/${name}`;
  throw usageError(`There is no ${wanted} on this hub.`, {
    exit: 'negative',
    code: 'WW5004',
    fix:
      candidates.length === 0
        ? `create it first: there is no ${type} at all`
        : `name one of ${listed(type, candidates)}`,
  });
}

function listed(type: ObjectType, candidates: readonly Named[]): string {
  const shown = candidates.slice(0, 5).map(({ namespace, name }) => `${type}/${namespace}/${name}`);
  const more = candidates.length > 5 ? ` and ${candidates.length - 5} more` : '';
  return shown.join(', ') + more;
}
