import type { KubeObject } from '../../src/api/index.ts';
import { type KubeClient, Reflector, type Resource, resourceName } from '../../src/kube/index.ts';
import { installationLabel } from './cast.ts';

/** What release manifests consist of, besides objects of the kinds that they define themselves. */
const kinds = new Set([
  'configmaps',
  'secrets',
  'services',
  'serviceaccounts',
  'deployments.apps',
  'horizontalpodautoscalers.autoscaling',
  'jobs.batch',
  'poddisruptionbudgets.policy',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
]);

/** What is on one spoke of an installation, by watches: every change is seen, and nothing is asked twice. */
export class SpokeView implements AsyncDisposable {
  readonly #reflectors = new Map<string, Reflector<KubeObject>>();
  readonly #stop = new AbortController();
  readonly #running: readonly Promise<void>[];

  private constructor(client: KubeClient, served: readonly Resource[]) {
    for (const resource of served) {
      const name = resourceName(resource);
      if (kinds.has(name)) this.#reflectors.set(name, reflectorOf(client, resource));
    }
    this.#running = [...this.#reflectors.values()].map((reflector) => reflector.run(this.#stop.signal));
  }

  static async open(client: KubeClient, signal: AbortSignal): Promise<SpokeView> {
    const view = new SpokeView(client, await client.resources({ signal }));
    await Promise.all([...view.#reflectors.values()].map((reflector) => reflector.whenSynced(signal)));
    return view;
  }

  /** How many objects there are. */
  get objects(): number {
    return [...this.#reflectors.values()].reduce((sum, { store }) => sum + store.size, 0);
  }

  get deployments(): { readonly ready: number; readonly all: number } {
    const all = [...(this.#reflectors.get('deployments.apps')?.store.entries() ?? [])];
    return { ready: all.filter(([, deployment]) => isAvailable(deployment)).length, all: all.length };
  }

  /** By key, `namespace/name`; undefined while it is not there. */
  deployment(key: string): KubeObject | undefined {
    return this.#reflectors.get('deployments.apps')?.store.get(key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }
}

export function isAvailable(deployment: KubeObject): boolean {
  const { replicas = 1 } = deployment['spec'] as { readonly replicas?: number };
  const { availableReplicas = 0 } = (deployment['status'] ?? {}) as { readonly availableReplicas?: number };
  return availableReplicas >= replicas;
}

function reflectorOf(client: KubeClient, resource: Resource): Reflector<KubeObject> {
  return new Reflector<KubeObject>({
    client,
    resource,
    labelSelector: installationLabel,
    metadataOnly: resource.kind !== 'Deployment',
    project: (object) => object,
  });
}
