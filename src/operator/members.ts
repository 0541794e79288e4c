import type { OwnerReference } from '../api/index.ts';
import {
  type Cluster,
  type ConnectionStarts,
  type EngagedCluster,
  FileMembers,
  HubMember,
  type MemberRegistry,
  Members,
  MemberStatus,
  ProfileMembers,
  SecretMembers,
} from '../clusters/index.ts';
import {
  ElectedBuckets,
  EventRecorder,
  type HealthRegistry,
  type LeaderBuckets,
  leaderLoopRuns,
  type Logger,
  type Metrics,
  SoleOwner,
  watchLives,
  watchReturns,
} from '../controller/index.ts';
import type { KubeClient } from '../kube/index.ts';
import { memberServerPolicy } from './access-flags.ts';
import { connectSpoke, type ConnectSpokeOptions } from './connect-spoke.ts';
import type { OperatorOptions } from './options.ts';
import type { SpokeClusters } from './spoke-clusters.ts';
import { watchReturnMs, watchSilenceMs } from './watch-silence.ts';

export interface MembersSetup extends Omit<ConnectSpokeOptions, 'options'> {
  readonly options: OperatorOptions;
  readonly hub: KubeClient;
  /** For the Lease of whoever tells of the members. */
  readonly leases: KubeClient;
  /** What that goes with. */
  readonly leaseOwner: () => OwnerReference | undefined;
  /** The operator's own namespace. */
  readonly namespace: string;
  /** The operator runs in the hub cluster. */
  readonly inside: boolean;
  readonly starts: ConnectionStarts;
  readonly spokes: Pick<SpokeClusters, 'profiles' | 'clusters'>;
  readonly health: { readonly liveness: HealthRegistry; readonly readiness: HealthRegistry };
  readonly log: Logger;
}

/** The members that workloads are spread over. Nothing of it runs, and no member is contacted, before `start`. */
export interface OperatorMembers {
  readonly registry: MemberRegistry;
  /** For metrics. */
  engaged(): Iterable<EngagedCluster>;
  /** The profile of this key changed, or its connection did; all of them without a key. */
  profileChanged(key: string | undefined): void;
  /** Ends leadership whose time is up. */
  fence(): void;
  start(hub: Cluster, signal: AbortSignal): void;
  /** Hands over, and ends the connections. */
  close(deadlineMs: number): Promise<void>;
}

const leaseName = 'wheelwright-members';

/** Undefined where nothing is spread over members, so that nobody needs them. */
export function createMembers(setup: MembersSetup): OperatorMembers | undefined {
  const { options, hub, namespace, inside, clock, log, metrics, spokes } = setup;
  const { distributedScaledObjects, distributedScaledJobs, kubeconfigDirectory, hubMember } = options.scaling;
  if (!distributedScaledObjects && !distributedScaledJobs) return undefined;
  const registry = new Members({ clock });
  const shared = {
    policy: memberServerPolicy(options, inside),
    connectClient: connectSpoke(setup),
    starts: setup.starts,
    clock,
    onChange: () => registry.changed(),
  };
  const secrets = new SecretMembers({
    ...shared,
    client: hub,
    namespace,
    onProblem: problemLog(log, 'kubeconfig'),
  });
  const files =
    kubeconfigDirectory === undefined
      ? undefined
      : new FileMembers({ ...shared, directory: kubeconfigDirectory, onProblem: problemLog(log, 'file') });
  const profiles = new ProfileMembers({ ...shared, ...spokes });
  const sources = [secrets, ...(files === undefined ? [] : [files]), profiles];
  for (const source of sources) registry.add(source);
  const buckets = electTeller(setup);
  watchOver(setup, secrets, buckets);
  const events = new EventRecorder({
    client: hub,
    clock,
    log,
    metrics,
    reportingController: 'wheelwright.dev/members',
    reportingInstance: options.identity,
  });
  const report = problemLog(log, 'status');
  const status = new MemberStatus({
    client: hub,
    namespace,
    members: registry,
    clock,
    leading: () => buckets.signalFor(leaseName),
    onNews: ({ reason, note }, regarding) => {
      log.info({ reason, note }, 'news of a member');
      events.record({ regarding, reason, action: 'Observe', note });
    },
    onProblem: (problem) => report(undefined, problem),
  });
  const unobserve = observeMembers(metrics, registry);
  return {
    registry,
    engaged: () => [...secrets.engaged(), ...(files?.engaged() ?? [])],
    profileChanged: (key) => profiles.changed(key),
    fence: () => buckets.fence(),
    start: (cluster, signal) => {
      if (hubMember !== undefined)
        registry.add(new HubMember({ name: hubMember, cluster, now: clock.now() }));
      for (const source of sources) void source.run(signal);
      void status.run(signal);
      buckets.start();
    },
    close: async (deadlineMs) => {
      unobserve();
      await Promise.all([events.flush(deadlineMs), buckets.stop(deadlineMs)]);
      profiles.close();
      await Promise.all([secrets.close(), files?.close()]);
    },
  };
}

/** Who of the replicas writes; all of them know the members. */
function electTeller({
  options,
  leases,
  leaseOwner,
  namespace,
  clock,
  log,
  metrics,
}: MembersSetup): LeaderBuckets {
  if (!options.leaderElection) return new SoleOwner();
  return new ElectedBuckets({
    client: leases,
    namespace,
    total: 1,
    leaseName: () => leaseName,
    owner: leaseOwner,
    identity: options.identity,
    clock,
    log,
    metrics,
    // Its signal ends the only write that may be under way.
    quiesce: async () => undefined,
  });
}

/** A hub that does not let Secrets be read is no fault of this process, so that the watch counts once it was there. */
function watchOver({ health, clock }: MembersSetup, secrets: SecretMembers, buckets: LeaderBuckets): void {
  const { liveness, readiness } = health;
  const watch = (): SecretMembers['reflector'] | undefined =>
    secrets.reflector.synced ? secrets.reflector : undefined;
  liveness.add('member-secrets-watch', watchLives(watch, clock, watchSilenceMs));
  liveness.add('members-leader-election', leaderLoopRuns(buckets, watchSilenceMs));
  readiness.add('member-secrets-watch', watchLives(watch, clock, watchSilenceMs));
  readiness.add('member-secrets-watch-returns', watchReturns(watch, clock, watchReturnMs));
}

/** Tells each problem of each place once, and anew where it went and came back. */
function problemLog(
  log: Logger,
  provider: string,
): (place: string | undefined, problem: string | undefined) => void {
  const told = new Map<string | undefined, string>();
  return (place, problem) => {
    if (told.get(place) === problem) return;
    if (problem === undefined) told.delete(place);
    else {
      told.set(place, problem);
      log.warn({ provider, member: place, problem }, 'something is wrong with members');
    }
  };
}

const states = ['Ready', 'NotReady', 'Unknown'] as const;
const providers = ['kubeconfig', 'file', 'clusterprofile', 'hub'] as const;

/** Shows, at each scrape, how many members of each provider there are in each state, and when their credentials end. */
function observeMembers(metrics: Metrics, registry: MemberRegistry): () => void {
  return metrics.beforeScrape(() => {
    const { members } = registry;
    for (const provider of providers) {
      for (const state of states) {
        const count = members.filter((member) => member.provider === provider && member.state === state);
        metrics.set('wheelwright_members', { provider, state }, count.length);
      }
    }
    for (const { provider, local, credentialExpiresAt } of members) {
      if (provider !== 'kubeconfig' && provider !== 'file') continue;
      const labels = { target_cluster: local };
      const name = 'wheelwright_cluster_credential_expiry_timestamp_seconds';
      if (credentialExpiresAt === undefined) metrics.remove(name, labels);
      else metrics.set(name, labels, credentialExpiresAt / 1000);
    }
  });
}
