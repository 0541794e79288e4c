import { isRecord, type KubeObject } from '../../../api/index.ts';
import {
  type KubeClient,
  NoMatchError,
  NotFoundError,
  type Resource,
  resources,
} from '../../../kube/index.ts';
import { inParallel } from '../in-parallel.ts';
import type { CheckedObject, CheckedTrigger } from './checked-object.ts';
import type { TriggerObject } from './scaling-facts.ts';

/** What a trigger names on the hub. */
interface Reference {
  readonly kind: Pick<Resource, 'group' | 'version' | 'kind'>;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Of its data; undefined where it is enough that it is there. */
  readonly key: string | undefined;
}

const mostAtOnce = 8;

/**
 * Looks for what triggers name: numbers in ConfigMaps and Secrets, and authentications. Each is asked for once, however many
 * name it. Throws KubeError.
 */
export async function readTriggerObjects(
  client: KubeClient,
  objects: readonly CheckedObject[],
  signal: AbortSignal,
): Promise<readonly TriggerObject[]> {
  const wanted = objects.flatMap((object) =>
    object.triggers
      .flatMap((trigger) => referencesOf(trigger, object.namespace))
      .map((reference) => ({ object: `${object.namespace}/${object.name}`, reference })),
  );
  const kinds = new Map(wanted.map(({ reference }) => [addressOf(reference), reference]));
  const found = new Map(
    await inParallel(
      [...kinds],
      mostAtOnce,
      async ([address, reference]) => [address, await find(client, reference, signal)] as const,
    ),
  );
  return wanted.map(({ object, reference }) => {
    const there = found.get(addressOf(reference));
    const { key } = reference;
    return {
      object,
      what: key === undefined ? addressOf(reference) : `key '${key}' of ${addressOf(reference)}`,
      isThere: there !== undefined && (key === undefined || hasKey(there, key)),
    };
  });
}

function referencesOf(
  { type, metadata, authentication }: CheckedTrigger,
  namespace: string,
): readonly Reference[] {
  const { resourceKind, resourceName: name, key } = metadata;
  const source = resourceKind === 'Secret' ? resources.secrets : resources.configMaps;
  return [
    ...(type === 'kubernetes-resource' && name !== undefined && source.kind === resourceKind
      ? [{ kind: source, namespace, name, key }]
      : []),
    ...(authentication === undefined
      ? []
      : [
          {
            kind: { group: 'keda.sh', version: 'v1alpha1', kind: authentication.kind },
            namespace: authentication.kind === 'ClusterTriggerAuthentication' ? undefined : namespace,
            name: authentication.name,
            key: undefined,
          },
        ]),
  ];
}

/** `ConfigMap shop/load`. */
function addressOf({ kind: { kind }, namespace, name }: Reference): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

async function find(
  client: KubeClient,
  { kind, namespace, name }: Reference,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    const resource = await client.resourceFor(kind, { signal });
    return await client.get(resource, { namespace, name }, { signal });
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof NoMatchError) return undefined;
    throw error;
  }
}

function hasKey({ data }: KubeObject, key: string): boolean {
  return isRecord(data) && Object.hasOwn(data, key);
}
