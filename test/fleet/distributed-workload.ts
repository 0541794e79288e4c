import { fileURLToPath } from 'node:url';
import type { DistributedScaledObjectStatus, KubeObject, NamespacedName } from '../../src/api/index.ts';
import { type KubeClient, type Resource, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import type { Fleet, RunningOperator, Spoke, StartOptions } from './fleet.ts';
import { registerMember } from './member.ts';

export const workloadName: NamespacedName = { namespace: 'default', name: 'nginx' };

/** A Deployment as `kubectl create deployment nginx` makes it. */
export function deployment(replicas: number, { namespace = 'default', name = 'nginx' } = {}): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name, image: 'nginx' }], terminationGracePeriodSeconds: 0 },
      },
    },
  };
}

/** The same as a StatefulSet, for what has no more than a `/scale`. */
export function statefulSet(replicas: number, name: NamespacedName): KubeObject {
  const { spec, ...others } = deployment(replicas, {
    namespace: name.namespace ?? 'default',
    name: name.name,
  });
  return { ...others, kind: 'StatefulSet', spec: { ...(spec as object), serviceName: name.name } };
}

/** What is scaled, with the shortest patience that is told apart from none. */
export function distributedObject(
  spec: Readonly<Record<string, unknown>> = {},
  { name = 'nginx', annotations = {} } = {},
): KubeObject {
  const { scaledObjectSpec, ...others } = spec;
  return {
    apiVersion: 'keda.kedify.io/v1alpha1',
    kind: 'DistributedScaledObject',
    metadata: { namespace: 'default', name, annotations },
    spec: {
      rebalancingPolicy: { gracePeriod: '3s' },
      ...others,
      scaledObjectSpec: {
        scaleTargetRef: { name: 'nginx' },
        minReplicaCount: 1,
        maxReplicaCount: 100,
        triggers: [
          {
            type: 'kubernetes-resource',
            metadata: {
              resourceKind: 'ConfigMap',
              resourceName: 'mock-metric',
              key: 'metric-value',
              targetValue: '5',
            },
          },
        ],
        ...(scaledObjectSpec as object | undefined),
      },
    },
  };
}

/** Members of a fleet, in the order of their clusters: `member-1`, `member-2` … */
export async function registerMembers(fleet: Fleet): Promise<void> {
  await Promise.all(
    fleet.spokes.map(({ cluster }, index) => registerMember(fleet, `member-${index + 1}`, cluster)),
  );
}

/** An operator that leaves totals to the test. */
export function startSpreading(
  fleet: Fleet,
  flags: readonly string[] = [],
  options: Pick<StartOptions, 'providers'> = { providers: null },
): Promise<RunningOperator> {
  return fleet.startOperator({
    ...options,
    command: [process.execPath, fileURLToPath(new URL('operator-of-fixed-totals.ts', import.meta.url))],
    flags: ['--enable-dso=true', '--scaling-engine=builtin', '--disable-ha', ...flags],
  });
}

export type Rows = NonNullable<DistributedScaledObjectStatus['memberClusterStatuses']>;

/** One object and the workloads that it scales. */
export class Distributed {
  readonly #hub: KubeClient;
  readonly #spokes: readonly Pick<Spoke, 'client'>[];
  readonly #kind: Resource;
  readonly name: NamespacedName;
  readonly workload: NamespacedName;

  constructor(
    fleet: Pick<Fleet, 'hub'> & { readonly spokes: readonly Pick<Spoke, 'client'>[] },
    {
      name = workloadName,
      workload = workloadName,
      kind = resources.deployments,
    }: {
      readonly name?: NamespacedName;
      readonly workload?: NamespacedName;
      readonly kind?: Resource;
    } = {},
  ) {
    this.#hub = fleet.hub;
    this.#spokes = fleet.spokes;
    this.#kind = kind;
    this.name = name;
    this.workload = workload;
  }

  object(): Promise<KubeObject> {
    return this.#hub.get(resources.distributedScaledObjects, this.name);
  }

  async status(): Promise<Partial<DistributedScaledObjectStatus>> {
    const { status } = (await this.object()) as { readonly status?: Partial<DistributedScaledObjectStatus> };
    return status ?? {};
  }

  /** As an autoscaler does. */
  async scale(replicas: number): Promise<void> {
    const options = { subresource: 'scale' } as const;
    await this.#hub.patch(
      resources.distributedScaledObjects,
      this.name,
      'merge',
      { spec: { replicas } },
      options,
    );
  }

  async patch(body: unknown): Promise<void> {
    await this.#hub.patch(resources.distributedScaledObjects, this.name, 'merge', body);
  }

  /** `spec.replicas` of every member, in their order; undefined where there is no workload or no cluster. */
  async split(): Promise<readonly (number | undefined)[]> {
    return Promise.all(
      this.#spokes.map(async ({ client }) => {
        const object = await client.get(this.#kind, this.workload).catch(() => undefined);
        return (object?.['spec'] as { readonly replicas?: number } | undefined)?.replicas;
      }),
    );
  }

  /** Ready pods of all members together. */
  async ready(): Promise<number> {
    const counts = await Promise.all(
      this.#spokes.map(async ({ client }) => {
        const object = await client.get(this.#kind, this.workload).catch(() => undefined);
        return (object?.['status'] as { readonly readyReplicas?: number } | undefined)?.readyReplicas ?? 0;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Resolves with the split once it is the wanted one; undefined fits everything. */
  async waitForSplit(
    wanted: readonly (number | undefined)[],
    timeoutMs = 90_000,
  ): Promise<readonly (number | undefined)[]> {
    return waitFor(
      `the split is ${wanted.join('/')}`,
      async (saw) => {
        const split = await this.split();
        saw(split.join('/'));
        return wanted.every((count, index) => count === undefined || count === split[index]) && split;
      },
      { timeoutMs },
    );
  }

  /** Resolves with the split once these members have the total, none of them two more than another. */
  async waitForEvenSplit(
    total: number,
    members: readonly number[],
    timeoutMs = 90_000,
  ): Promise<readonly number[]> {
    return waitFor(
      `${total} are spread evenly over ${members.length} members`,
      async (saw) => {
        const split = await this.split();
        saw(split.join('/'));
        const counts = members.map((member) => split[member] ?? 0);
        const isWhole = counts.reduce((sum, count) => sum + count, 0) === total;
        return isWhole && Math.max(...counts) - Math.min(...counts) <= 1 && counts;
      },
      { timeoutMs },
    );
  }

  /** Notes of the events with this reason that the object has, not those of an earlier one with its name. */
  async events(reason: string): Promise<readonly string[]> {
    const { uid } = (await this.object()).metadata;
    const { items } = await this.#hub.list(resources.events, { namespace: this.name.namespace ?? 'default' });
    return items
      .filter((event) => event['reason'] === reason)
      .filter((event) => (event['regarding'] as { readonly uid?: string }).uid === uid)
      .map((event) => String(event['note']));
  }

  /** All notes of the reason, once one of them has the part. */
  async waitForEvent(reason: string, part = ''): Promise<readonly string[]> {
    return waitFor(`the event ${reason} with '${part}'`, async (saw) => {
      const notes = await this.events(reason);
      saw(notes);
      return notes.some((note) => note.includes(part)) && notes;
    });
  }

  async waitForStatus(
    what: string,
    fits: (status: Partial<DistributedScaledObjectStatus>) => boolean,
    timeoutMs = 90_000,
  ): Promise<Partial<DistributedScaledObjectStatus>> {
    return waitFor(
      what,
      async (saw) => {
        const status = await this.status();
        saw(JSON.stringify(status));
        return fits(status) ? status : undefined;
      },
      { timeoutMs },
    );
  }
}

export function rowOf(
  status: Partial<DistributedScaledObjectStatus>,
  member: string,
): Rows[string] | undefined {
  return status.memberClusterStatuses?.[member];
}
