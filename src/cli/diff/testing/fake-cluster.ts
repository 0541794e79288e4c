import { groupVersionKind, isRecord, type KubeObject } from '../../../api/index.ts';
import {
  ConflictError,
  InvalidError,
  type KubeClient,
  NoMatchError,
  type Resource,
  resourceName,
} from '../../../kube/index.ts';
import { fakeKubeClient, type FakeKubeClientOptions } from '../../testing/fake-kube-client.ts';

export interface FakeClusterOptions extends FakeKubeClientOptions {
  /** Objects that it would not take, by name, and why. */
  readonly refuses?: Readonly<Record<string, string>>;
  /** Fields in conflict by the name of their object, and who has applied them. */
  readonly conflicts?: Readonly<Record<string, { readonly field: string; readonly manager: string }>>;
}

const clusterScoped = new Set(['Namespace', 'CustomResourceDefinition', 'ClusterRole', 'ClusterRoleBinding']);

/** A cluster that serves every other kind and answers dry runs; it fails where somebody really writes. */
export function fakeCluster(options: FakeClusterOptions): KubeClient & { readonly closed: () => boolean } {
  const { cluster, objects = [], refuses = {}, conflicts = {}, without = [] } = options;
  const client = fakeKubeClient(options);
  return {
    ...client,
    resources: async () => [],
    async resourceFor(kind) {
      const context = { cluster, verb: 'discover', resource: `${kind.kind}.${kind.group}` };
      if (without.includes(kind.kind)) throw new NoMatchError(context, { message: 'not served' });
      const plural = `${kind.kind.toLowerCase()}s`;
      return { ...kind, plural, namespaced: !clusterScoped.has(kind.kind) };
    },
    async apply<T extends KubeObject>(...[resource, object, how]: Parameters<KubeClient['apply']>) {
      if (how?.dryRun !== true) throw new Error('only dry runs are allowed');
      const context = { cluster, verb: 'apply', resource: resourceName(resource), ...object.metadata };
      const { name } = object.metadata;
      const refusal = refuses[name];
      if (refusal !== undefined) throw new InvalidError(context, { message: refusal });
      const conflict = conflicts[name];
      if (conflict !== undefined && how.force !== true) {
        const { field, manager } = conflict;
        const cause = { reason: 'FieldManagerConflict', message: `conflict with "${manager}"`, field };
        throw new ConflictError(context, { message: 'conflict', causes: [cause] });
      }
      return merged(find(objects, resource, object), object) as T;
    },
  };
}

function find(objects: readonly KubeObject[], resource: Resource, { metadata }: KubeObject): unknown {
  return objects.find(
    (object) =>
      groupVersionKind(object).group === resource.group &&
      object.kind === resource.kind &&
      object.metadata.name === metadata.name &&
      object.metadata.namespace === metadata.namespace,
  );
}

/** What is applied over what is there; items of lists are told apart by their names. */
function merged(live: unknown, applied: unknown): unknown {
  if (Array.isArray(live) && Array.isArray(applied)) {
    const named = applied.every((item: unknown) => nameOf(item) !== undefined);
    if (!named) return applied;
    const others = live.filter((item) => applied.every((one) => nameOf(one) !== nameOf(item)));
    return [
      ...applied.map((item) =>
        merged(
          live.find((one) => nameOf(one) === nameOf(item)),
          item,
        ),
      ),
      ...others,
    ];
  }
  if (!isRecord(live) || !isRecord(applied)) return applied;
  const fields = Object.entries(applied).map(([key, value]) => [key, merged(live[key], value)] as const);
  return { ...live, ...Object.fromEntries(fields) };
}

function nameOf(item: unknown): unknown {
  return isRecord(item) ? item['name'] : undefined;
}
