import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resources } from '../../src/kube/index.ts';
import type { Cluster } from '../bed/index.ts';
import {
  builtinProviders,
  deployment,
  distributedObject,
  Fleet,
  knativeServing,
  kubeconfigSecret,
  memberKubeconfig,
  memberSecret,
  type ProfileOptions,
  prepareMember,
  ReaderShell,
  type RunningOperator,
} from '../fleet/index.ts';

const clusters = ['eu-1', 'us-2'] as const;
type ClusterName = (typeof clusters)[number];
/** Of the ClusterProfiles, and of the Secrets with their credentials. */
export const profiles = 'fleet';
/** Of the operator, and of the members. */
const operators = 'wheelwright';

/** The fleet of the page about troubles: all is well until something is broken. */
export class BrokenFleet implements AsyncDisposable {
  readonly fleet: Fleet;
  readonly shell: ReaderShell;
  /** What a pod of the operator has mounted. */
  readonly providerFile: string;
  readonly #operator: RunningOperator;

  private constructor(fleet: Fleet, shell: ReaderShell, operator: RunningOperator) {
    this.fleet = fleet;
    this.shell = shell;
    this.providerFile = providerFileOf(fleet);
    this.#operator = operator;
  }

  static async start(): Promise<BrokenFleet> {
    const fleet = await Fleet.start({ profiles: false, spokes: clusters.length });
    try {
      const shell = await readerOf(fleet);
      await joinClusters(fleet);
      await fleet.writeProviders(builtinProviders, providerFileOf(fleet));
      const operator = await fleet.startOperator({
        flags: [
          `--namespace=${operators}`,
          '--enable-dso=true',
          '--scaling-engine=builtin',
          '--remote-deployments-poll-interval=1s',
          `--clusterprofile-provider-file=${providerFileOf(fleet)}`,
        ],
      });
      const started = new BrokenFleet(fleet, shell, operator);
      await started.#install();
      return started;
    } catch (error) {
      await fleet[Symbol.asyncDispose]();
      throw error;
    }
  }

  readonly pods = { running: async () => [{ name: 'the operator', process: this.#operator.process }] };

  cluster(name: ClusterName): Cluster {
    return this.fleet.spoke(clusters.indexOf(name)).cluster;
  }

  /** As the cluster manager does, with some things wrong. */
  setProfile(name: ClusterName, changes: Partial<ProfileOptions> = {}): Promise<void> {
    const { server, certificateAuthority } = this.cluster(name);
    return this.fleet.putProfile({ name, namespace: profiles, server, certificateAuthority, ...changes });
  }

  setCredential(name: ClusterName, kubeconfig: string): Promise<void> {
    return this.fleet.put(resources.secrets, kubeconfigSecret(name, kubeconfig, profiles));
  }

  /** Registers a member, as if its server were somewhere else where that is given. */
  setMember(name: ClusterName, server?: string): Promise<void> {
    return setMember(this.fleet, this.cluster(name), name, server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fleet[Symbol.asyncDispose]();
  }

  async #install(): Promise<void> {
    const { hub } = this.fleet;
    await this.fleet.namespace('knative-serving');
    await this.fleet.namespace('shop');
    const orders = { metadata: { name: 'orders', namespace: 'shop' }, data: { waiting: '20' } };
    await hub.create(resources.configMaps, { apiVersion: 'v1', kind: 'ConfigMap', ...orders });
    for (const name of clusters) {
      const spec = { clusterProfileRef: { name, namespace: profiles } };
      await hub.create(resources.knativeServings, knativeServing({ name, spec }));
    }
    const metadata = { resourceKind: 'ConfigMap', resourceName: 'orders', key: 'waiting', targetValue: '5' };
    const scaledObjectSpec = {
      scaleTargetRef: { name: 'checkout' },
      maxReplicaCount: 10,
      triggers: [{ type: 'kubernetes-resource', metadata }],
    };
    const object = distributedObject({ scaledObjectSpec }, { name: 'checkout' });
    await hub.create(resources.distributedScaledObjects, {
      ...object,
      metadata: { name: 'checkout', namespace: 'shop' },
    });
    await this.shell.run(`
kubectl --namespace knative-serving wait knativeserving --all --for=condition=Ready --timeout=3m
kubectl --namespace shop wait dso/checkout --for=jsonpath='{.status.print.totalReplicas}'=4/4 --timeout=3m`);
  }
}

async function joinClusters(fleet: Fleet): Promise<void> {
  for (const [index, name] of clusters.entries()) {
    const { cluster, client } = fleet.spoke(index);
    await fleet.register({ cluster, client, profile: name }, { namespace: profiles });
    await setMember(fleet, cluster, name);
    const workload = { namespace: 'shop', name: 'checkout' };
    await fleet.put(resources.deployments, deployment(1, workload), client);
  }
}

async function setMember(fleet: Fleet, cluster: Cluster, name: ClusterName, server?: string): Promise<void> {
  const prepared = await prepareMember(cluster, name);
  const kubeconfig = memberKubeconfig({ ...prepared, server: server ?? prepared.server });
  await fleet.put(resources.secrets, memberSecret(name, kubeconfig, { namespace: operators }));
}

async function readerOf(fleet: Fleet): Promise<ReaderShell> {
  const shell = await ReaderShell.open(fleet, { spokes: clusters });
  await symlink(fileURLToPath(new URL('../../docs', import.meta.url)), join(shell.directory, 'docs'));
  return shell;
}

function providerFileOf(fleet: Fleet): string {
  return join(fleet.bed.directory, 'access-providers.json');
}
