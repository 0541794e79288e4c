import { kubectl } from '../bed/index.ts';
import type { Fleet } from '../fleet/index.ts';

/** What clusters keep for themselves, and what is left on purpose. */
const kept =
  /^(apiservices|componentstatuses|customresourcedefinitions|endpoints|endpointslices|events|leases|nodes|pods)\b/;
/** What every namespace gets of Kubernetes, shortly after it is there. */
const ofEveryNamespace = /^(ConfigMap \S+\/kube-root-ca\.crt|ServiceAccount \S+\/default)$/;

/** The objects of every cluster of a fleet, as `CLUSTER: KIND NAMESPACE/NAME`. */
export class AllObjects {
  readonly #fleet: Fleet;
  readonly #objects: ReadonlySet<string>;

  static async of(fleet: Fleet): Promise<AllObjects> {
    return new AllObjects(fleet, await objectsOf(fleet));
  }

  private constructor(fleet: Fleet, objects: ReadonlySet<string>) {
    this.#fleet = fleet;
    this.#objects = objects;
  }

  /** What has come since, as `left …`, and what has gone, as `lost …`. */
  async changes(): Promise<readonly string[]> {
    const now = await objectsOf(this.#fleet);
    return [
      ...[...now.difference(this.#objects)].map((object) => `left ${object}`),
      ...[...this.#objects.difference(now)].map((object) => `lost ${object}`),
    ];
  }
}

async function objectsOf({ bed }: Fleet): Promise<ReadonlySet<string>> {
  const clusters = await Promise.all([bed.hub, ...bed.spokes].map(objectsOn));
  return new Set(clusters.flat());
}

async function objectsOn({
  name,
  kubeconfig,
}: {
  readonly name: string;
  readonly kubeconfig: string;
}): Promise<readonly string[]> {
  const all = await kubectl(kubeconfig, ['api-resources', '--verbs=list', '--output=name']);
  const kinds = all
    .trim()
    .split('\n')
    .filter((kind) => !kept.test(kind));
  const place = '{range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name} {.rules}{"\\n"}{end}';
  const list = await kubectl(kubeconfig, [
    'get',
    kinds.join(','),
    '--all-namespaces',
    `--output=jsonpath=${place}`,
  ]);
  return list
    .trim()
    .split('\n')
    .map((line) => line.split(' ') as [kind: string, name: string, rules: string])
    .filter(([kind, object, rules]) => !object.startsWith('kube-system/') && !isEmptyRole(kind, rules))
    .filter(([kind, object]) => !ofEveryNamespace.test(`${kind} ${object}`))
    .map(([kind, object]) => `${name}: ${kind} ${object}`);
}

/**
 * Where two installations leave a cluster at once, the controller of Kubernetes that gathers rules may still make a role of the
 * one again, empty, because roles of the other went that it gathered from.
 */
function isEmptyRole(kind: string, rules: string): boolean {
  return kind === 'ClusterRole' && !rules.startsWith('[{');
}
