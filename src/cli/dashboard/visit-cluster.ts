import { type ClusterProfile, loadProviderFile } from '../../clusters/index.ts';
import type { InspectedDelivery } from '../../delivery/index.ts';
import { eventing, inspectInstallation, serving } from '../../knative/index.ts';
import type { KubeClient } from '../../kube/index.ts';
import type { SpokeAccess } from '../../operator/index.ts';
import { subjectsAmong } from '../check/check-clusters.ts';
import { clusterSection, hubSection, memberSection, type Section } from '../check/check-report.ts';
import { checks, clusterChecks, hubChecks } from '../check/checks.ts';
import { gatherClusterFacts } from '../check/facts/gather-cluster-facts.ts';
import { gatherHubFacts } from '../check/facts/gather-hub-facts.ts';
import { gatherMemberFacts } from '../check/facts/gather-member-facts.ts';
import { gatherScalingFacts } from '../check/facts/gather-scaling-facts.ts';
import { memberSubjects, profileOfMember } from '../check/facts/member-subjects.ts';
import type { CheckServices } from '../check/run-checks.ts';
import { selectChecks } from '../check/select-checks.ts';
import { TargetClusters } from '../diff/target-clusters.ts';
import type { Host } from '../host.ts';
import { type Answer, answered, ask, lackedHere, notAsked, valueOf } from '../hub/answer.ts';
import type { Hub } from '../hub/open-hub.ts';
import { operatorFieldManager, operatorNamespace } from '../hub/operator-trace.ts';
import type { FleetFacts } from '../status/fleet-facts.ts';
import type { FleetStatus } from '../status/fleet-status.ts';
import { hubName } from '../status/installation.ts';
import { installationAt } from './extras.ts';
import type { LivePlace } from './pages/page-of.ts';
import type { ObjectView } from './place.ts';
import { nothingVisited, type Visited } from './pages/page.ts';

export interface VisitOptions extends Omit<CheckServices, 'open'> {
  readonly hub: Hub;
  readonly access: SpokeAccess;
  /** Path of the operator's access provider file; without it only the hub is seen. */
  readonly providerFile: string | undefined;
  /** Where this runs. */
  readonly host: Pick<Host, 'env' | 'script' | 'machine'>;
}

export interface VisitKnown {
  readonly facts: FleetFacts;
  readonly fleet: FleetStatus;
}

/**
 * What is seen on the cluster that a place is about, from here, on the way that the operator goes. It only reads. Throws
 * the signal's reason only.
 */
export async function visitCluster(
  place: LivePlace,
  known: VisitKnown,
  options: VisitOptions,
  signal: AbortSignal,
): Promise<Visited> {
  const asking = { clock: options.clock, signal };
  switch (place.view) {
    case 'cluster': {
      const findings = await ask(asking, () => checkCluster(place.name, known, options, signal));
      return { ...nothingVisited, checks: findings };
    }
    case 'serving':
    case 'eventing':
      return { ...nothingVisited, inventory: await inspect(place, known, options, signal) };
    case 'member': {
      const findings = await ask(asking, () => checkMember(place, known, options, signal));
      return { ...nothingVisited, checks: findings };
    }
    case 'fleet':
    case 'dso':
      return nothingVisited;
  }
}

async function checkCluster(
  name: string,
  { facts }: VisitKnown,
  options: VisitOptions,
  signal: AbortSignal,
): Promise<Section> {
  const { hub, access, providerFile: path, host } = options;
  const { pluginDirectories: directories } = access;
  if (name === hubName) {
    const asking = { ...options, signal, pluginDirectories: directories };
    return hubSection(await gatherHubFacts(answered(hub), asking), hubChecks, host.machine);
  }
  const profiles = valueOf(facts.profiles) ?? [];
  const loaded = path === undefined ? undefined : await loadProviderFile({ path, commands: { directories } });
  const installations = [...(valueOf(facts.servings) ?? []), ...(valueOf(facts.eventings) ?? [])];
  const subject = subjectsAmong(profiles, installations)(name);
  const ownNamespace = operatorNamespace(valueOf(facts.leases), hub.namespace);
  const asking = { ...options, env: host.env, signal, providers: loaded?.providers, ownNamespace };
  return clusterSection(await gatherClusterFacts(subject, asking), clusterChecks, host.machine);
}

async function checkMember(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  known: VisitKnown,
  options: VisitOptions,
  signal: AbortSignal,
): Promise<Section> {
  const scaling = await gatherScalingFacts(options.hub.client, { clock: options.clock, signal });
  const wanted = { on: name, namespace };
  const [subject] = scaling === undefined ? [] : memberSubjects(scaling, wanted);
  if (subject === undefined) {
    const profile = scaling === undefined ? undefined : profileOfMember(scaling, wanted);
    if (profile !== undefined) return checkCluster(profile, known, options, signal);
    throw new Error('checks are of members with a kubeconfig or a ClusterProfile, and it has neither');
  }
  const facts = await gatherMemberFacts(subject, { ...options, env: options.host.env, signal });
  return memberSection(facts, selectChecks(checks, {}).members, options.host.machine);
}

async function inspect(
  place: Extract<LivePlace, { readonly view: ObjectView }>,
  { fleet }: VisitKnown,
  options: VisitOptions,
  signal: AbortSignal,
): Promise<Answer<InspectedDelivery>> {
  const installation = installationAt(place, fleet);
  if (installation === undefined) return notAsked('an object');
  const { cluster, type, namespace, targetNamespace } = installation;
  const look = (client: KubeClient): Promise<InspectedDelivery> =>
    inspectInstallation({
      component: type === 'serving' ? serving : eventing,
      installation,
      sameCluster: cluster === hubName,
      cluster: { client },
      namespace: targetNamespace ?? namespace,
      fieldManager: operatorFieldManager,
      signal,
    });
  const asking = { clock: options.clock, signal };
  if (cluster === hubName) return ask(asking, () => look(options.hub.client));
  if (options.providerFile === undefined) return lackedHere('--provider-file');
  const targets = new TargetClusters({ ...options, env: options.host.env, signal });
  try {
    return await ask(asking, async () => look((await targets.spoke(referenceTo(cluster))).client));
  } finally {
    await targets.close();
  }
}

/** `key` is `namespace/name`. */
function referenceTo(key: string): Pick<ClusterProfile, 'namespace' | 'name'> {
  const [namespace = '', name = ''] = key.split('/', 2);
  return { namespace, name };
}
