import type { KubeObject } from '../src/api/index.ts';
import { Reflector, resources, systemClock } from '../src/kube/index.ts';
import { type ClusterOptions, waitFor } from '../test/bed/index.ts';
import {
  Fleet,
  fleetNamespace,
  memberKubeconfig,
  memberSecret,
  prepareMember,
  type Spoke,
} from '../test/fleet/index.ts';
import type { Benchmark } from './benchmark.ts';
import { buildBundle } from './bundle.ts';
import { machineNote } from './machine.ts';
import { quantile } from './statistics.ts';
import { wholeNumber } from './whole-number.ts';

interface FanoutFlags {
  readonly members: number;
  readonly clusters: number;
  readonly runs: number;
}

/** Without pods: what Deployments make of their numbers is not what is measured. */
const bare: ClusterOptions = {
  controllers: ['kube-controller-manager'],
  flags: { 'kube-controller-manager': ['--controllers=*,-deployment-controller,-replicaset-controller'] },
};

/** One member: a namespace of its own on a cluster that others share with it. */
interface Seat {
  readonly member: string;
  readonly spoke: Spoke;
}

const limitMs = 60_000;
const pauseMs = 250;
const object = { namespace: fleetNamespace, name: 'fanout' };
const workload = 'workload';

export const fanout: Benchmark<FanoutFlags> = {
  name: 'fanout',
  about: 'a total is written on the hub: until the last member has its number',
  flags: (command) =>
    command
      .option('--members <count>', 'how many members', wholeNumber(1, 1_000), 100)
      .option('--clusters <count>', 'how many real clusters they are namespaces of', wholeNumber(1, 10), 3)
      .option('--runs <count>', 'how many totals', wholeNumber(1, 10_000), 100),
  run: async ({ members, clusters, runs }, tell) => {
    await using bundle = await buildBundle();
    await using fleet = await Fleet.start({ spokes: Array.from({ length: clusters }, () => bare) });
    tell(`fanout: ${members} members on ${clusters} clusters`);
    const seats = Array.from({ length: members }, (_, index) => ({
      member: `member-${index + 1}`,
      spoke: fleet.spoke(index % clusters),
    }));
    await prepare(fleet, seats);
    await fleet.startOperator({
      command: bundle.command,
      flags: ['--enable-dso=true', '--scaling-engine=builtin'],
    });
    await using view = await WorkloadView.open(fleet, seats);
    await fleet.hub.apply(resources.distributedScaledObjects, spreadOver(seats), { force: true });
    await write(fleet, members);
    await view.whenAllAre(1);
    const values: number[] = [];
    for (let run = 1; run <= runs; run++) {
      if (run % 10 === 0) tell(`fanout: run ${run} of ${runs}`);
      await systemClock.sleep(pauseMs);
      const each = 1 + (run % 2);
      const since = systemClock.monotonic();
      await write(fleet, each * members);
      await view.whenAllAre(each);
      values.push(view.lastChangeAt - since);
    }
    const [p50Ms, p99Ms] = [quantile(values, 0.5), quantile(values, 0.99)].map((value) => Math.round(value));
    return {
      measures: [
        { what: `total to ${members} members`, unit: 'ms', values },
        { what: 'of them, 99 of 100 within', unit: 'ms', values: [quantile(values, 0.99)], goal: 500 },
      ],
      figures: { p50Ms, p99Ms },
      notes: [
        'from the request to /scale on the hub until a watch on the last member shows its number',
        machineNote(),
      ],
    };
  },
};

/** The workload of each member, with no replicas, and its registration on the hub with the rights of a member. */
async function prepare(fleet: Fleet, seats: readonly Seat[]): Promise<void> {
  const tokens = new Map(
    await Promise.all(
      fleet.spokes.map(async (spoke) => [spoke, await prepareMember(spoke.cluster, spoke.profile)] as const),
    ),
  );
  for (const { member, spoke } of seats) {
    await fleet.put(resources.deployments, deployment(member), spoke.client);
    const prepared = tokens.get(spoke);
    if (prepared === undefined) continue;
    await fleet.put(resources.secrets, memberSecret(member, memberKubeconfig({ ...prepared, member })));
  }
}

async function write({ hub }: Fleet, total: number): Promise<void> {
  await hub.patch(
    resources.distributedScaledObjects,
    object,
    'merge',
    { spec: { replicas: total } },
    { subresource: 'scale' },
  );
}

/** Paused, so that no trigger has a say: totals are written by hand. */
function spreadOver(seats: readonly Seat[]): KubeObject {
  const trigger = { resourceKind: 'ConfigMap', resourceName: 'none', key: 'none', targetValue: '1' };
  return {
    apiVersion: 'keda.kedify.io/v1alpha1',
    kind: 'DistributedScaledObject',
    metadata: { ...object, annotations: { 'autoscaling.keda.sh/paused': 'true' } },
    spec: {
      memberClusters: seats.map(({ member }) => ({ name: member, targetNamespace: member })),
      scaledObjectSpec: {
        scaleTargetRef: { kind: 'Deployment', name: workload },
        maxReplicaCount: 10 * seats.length,
        triggers: [{ type: 'kubernetes-resource', metadata: trigger }],
      },
    },
  };
}

function deployment(namespace: string): KubeObject {
  const labels = { app: workload };
  const containers = [{ name: 'app', image: 'nginx:1.27' }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name: workload },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  };
}

/** What every member was last asked for, by one watch on each cluster. */
class WorkloadView implements AsyncDisposable {
  /** When any of them was last seen to change; monotonic milliseconds. */
  lastChangeAt = 0;
  readonly #seats: readonly Seat[];
  readonly #replicas = new Map<string, number>();
  readonly #stop = new AbortController();
  #running: readonly Promise<void>[] = [];

  private constructor(seats: readonly Seat[]) {
    this.#seats = seats;
  }

  static async open(fleet: Fleet, seats: readonly Seat[]): Promise<WorkloadView> {
    const view = new WorkloadView(seats);
    const reflectors = fleet.spokes.map(
      ({ client }) =>
        new Reflector<KubeObject>({
          client,
          resource: resources.deployments,
          project: (found) => {
            view.#note(found);
            return found;
          },
        }),
    );
    view.#running = reflectors.map((reflector) => reflector.run(view.#stop.signal));
    await Promise.all(reflectors.map((reflector) => reflector.whenSynced(view.#stop.signal)));
    return view;
  }

  async whenAllAre(replicas: number): Promise<void> {
    await waitFor(
      `all members have ${replicas}`,
      () => this.#seats.every(({ member }) => this.#replicas.get(member) === replicas),
      { timeoutMs: limitMs, everyMs: 5 },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  #note({ metadata, ...found }: KubeObject): void {
    const { replicas = 1 } = (found['spec'] ?? {}) as { readonly replicas?: number };
    const { namespace = '' } = metadata;
    if (metadata.name !== workload || this.#replicas.get(namespace) === replicas) return;
    this.#replicas.set(namespace, replicas);
    this.lastChangeAt = systemClock.monotonic();
  }
}
