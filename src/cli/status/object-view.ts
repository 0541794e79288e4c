import type { Condition } from '../../api/index.ts';
import type { ClusterProfile, ProfileCondition } from '../../clusters/index.ts';
import { valueOf } from '../hub/answer.ts';
import type { ClusterStatus } from './cluster-status.ts';
import type { FleetFacts } from './fleet-facts.ts';
import type { FleetStatus } from './fleet-status.ts';
import { typedName } from './installation.ts';
import type { InstallationStatus } from './installation-status.ts';
import type { Happening, ObjectStatus, ShownCondition } from './object-status.ts';
import { problemsOf } from './problem.ts';
import { type ObjectName, selectObject } from './select-object.ts';

/** What a name on the command line leads to. */
export type Subject =
  | { readonly type: 'cluster'; readonly cluster: ClusterStatus }
  | {
      readonly type: 'installation';
      readonly installation: InstallationStatus;
      readonly cluster: ClusterStatus;
    };

/** Throws CliError where there is no such object, or more than one. */
export function findSubject(
  { clusters }: FleetStatus,
  name: ObjectName,
  contextNamespace: string | undefined,
): Subject {
  if (name.type === 'cluster') {
    const candidates = clusters.map((cluster) => ({ ...splitName(cluster.name), cluster }));
    return { type: 'cluster', cluster: selectObject(candidates, name, contextNamespace).cluster };
  }
  const installations = clusters.flatMap(({ serving, eventing }) =>
    name.type === 'serving' ? serving : eventing,
  );
  const installation = selectObject(installations, name, contextNamespace);
  const cluster = clusters.find((candidate) => candidate.name === installation.cluster);
  if (cluster === undefined) throw new Error(`no cluster for ${installation.cluster}`);
  return { type: 'installation', installation, cluster };
}

export function objectStatus(
  subject: Subject,
  facts: FleetFacts,
  events: readonly Happening[],
): ObjectStatus {
  const { cluster } = subject;
  if (subject.type === 'cluster') {
    return {
      object: `cluster/${cluster.name}`,
      installation: undefined,
      cluster,
      conditions: [...(profileOf(facts, cluster.name)?.conditions.values() ?? [])].map(shownCondition),
      events,
      problems: problemsOf(cluster),
    };
  }
  const { installation } = subject;
  const object = typedName(installation);
  return {
    object,
    installation,
    cluster,
    conditions: installation.conditions.map(shownCondition),
    events,
    problems: problemsOf(cluster)
      .filter(({ subject: about }) => about === object || about === cluster.name)
      // Whoever reads this has called `status` for the object already.
      .map((problem) =>
        problem.subject === object ? { ...problem, command: `help ${problem.code ?? 'codes'}` } : problem,
      ),
  };
}

/** Which object of the hub events are about; undefined for the hub itself. */
export function regarding(
  subject: Subject,
  facts: FleetFacts,
): { readonly namespace: string; readonly uid: string } | undefined {
  if (subject.type === 'installation') return subject.installation;
  return profileOf(facts, subject.cluster.name);
}

function splitName(name: string): { readonly namespace: string; readonly name: string } {
  const slash = name.indexOf('/');
  return { namespace: name.slice(0, Math.max(0, slash)), name: name.slice(slash + 1) };
}

function profileOf(facts: FleetFacts, name: string): ClusterProfile | undefined {
  const found = valueOf(facts.profiles)?.find(({ key }) => key === name);
  return found !== undefined && 'profile' in found ? found.profile : undefined;
}

export function shownCondition({
  type,
  status,
  lastTransitionTime,
  reason,
  message,
}: Condition | ProfileCondition): ShownCondition {
  return { type, status, since: lastTransitionTime, reason, message };
}
