import { KubeError } from '../../kube/index.ts';
import { type Answer, valueOf } from '../hub/answer.ts';
import type { FleetProfile } from '../hub/fleet-profile.ts';
import { holdersOf, isHeld } from '../hub/operator-trace.ts';
import { type ClusterState, type ClusterStatus, clusterStatus } from './cluster-status.ts';
import { type FleetFacts, isNotServed } from './fleet-facts.ts';
import { hubName, type Installation, kinds, typedName } from './installation.ts';
import { installationStatus } from './installation-status.ts';
import { compareLevels } from './level.ts';
import { type MemberState, type MemberStatus, memberStatus } from './member-status.ts';
import { type Problem, problemsOf } from './problem.ts';
import { type ScaledObjectStatus, scaledObjectStatus } from './scaled-object-status.ts';
import { scalingProblems } from './scaling-problems.ts';

/** The whole fleet, worst first. Times are RFC 3339; null is what nobody knows. */
export interface FleetStatus {
  readonly hub: HubStatus;
  readonly counts: {
    readonly clusters: Readonly<Partial<Record<ClusterState, number>>>;
    readonly KnativeServing: number | null;
    readonly KnativeEventing: number | null;
    readonly members: Readonly<Partial<Record<MemberState, number>>>;
    readonly DistributedScaledObject: number | null;
  };
  readonly clusters: readonly ClusterStatus[];
  readonly members: readonly MemberStatus[];
  readonly scaledObjects: readonly ScaledObjectStatus[];
  readonly problems: readonly Problem[];
  /** What could not be read, and why: whatever is said here leaves it out. */
  readonly unseen: readonly { readonly what: string; readonly why: string }[];
}

export interface HubStatus {
  readonly context: string;
  readonly server: string;
  readonly kubernetes: string | null;
  /** Version of the operator. */
  readonly wheelwright: string | null;
  readonly replicas: number | null;
  readonly buckets: { readonly total: number; readonly held: number } | null;
}

/** `now` is milliseconds since the epoch. */
export function fleetStatus(facts: FleetFacts, now: number): FleetStatus {
  const installations = [...(valueOf(facts.servings) ?? []), ...(valueOf(facts.eventings) ?? [])];
  const clusters = clustersOf(facts, installations).toSorted(
    (a, b) => compareLevels(a.level, b.level) || a.name.localeCompare(b.name),
  );
  const scaling = scalingOf(facts);
  const problems = [
    ...hubProblems(facts, now),
    ...clusters.flatMap(problemsOf),
    ...scalingProblems(scaling.members, scaling.scaledObjects),
  ];
  return {
    hub: hubStatus(facts, now),
    counts: {
      clusters: countStates(clusters),
      KnativeServing: valueOf(facts.servings)?.length ?? (isNotServed(facts.servings) ? 0 : null),
      KnativeEventing: valueOf(facts.eventings)?.length ?? (isNotServed(facts.eventings) ? 0 : null),
      members: countEach(scaling.members.map(({ state }) => state)),
      DistributedScaledObject:
        valueOf(facts.scaledObjects)?.length ?? (isNotServed(facts.scaledObjects) ? 0 : null),
    },
    clusters,
    ...scaling,
    problems: problems.toSorted((a, b) => compareLevels(a.level, b.level)),
    unseen: [
      ...unseen('ClusterProfiles', facts.profiles),
      ...unseen('KnativeServings', facts.servings),
      ...unseen('KnativeEventings', facts.eventings),
      ...unseen('KedifyConfigurations', facts.members),
      ...unseen('DistributedScaledObjects', facts.scaledObjects),
    ],
  };
}

function clustersOf(facts: FleetFacts, installations: readonly Installation[]): readonly ClusterStatus[] {
  const profiles = new Map((valueOf(facts.profiles) ?? []).map((profile) => [profile.key, profile]));
  const names = new Set([...profiles.keys(), ...installations.map(({ cluster }) => cluster)]);
  const statuses = Map.groupBy(installations.map(installationStatus), ({ cluster }) => cluster);
  const profileOf = (name: string): FleetProfile | 'missing' | undefined =>
    name === hubName || facts.profiles.state !== 'answered' ? undefined : (profiles.get(name) ?? 'missing');
  return [...names].map((name) => clusterStatus(name, profileOf(name), statuses.get(name) ?? []));
}

function hubStatus(
  { context, server, kubernetes, leases, operatorVersion }: FleetFacts,
  now: number,
): HubStatus {
  const known = valueOf(leases);
  return {
    context,
    server,
    kubernetes: valueOf(kubernetes) ?? null,
    wheelwright: valueOf(operatorVersion) ?? null,
    replicas: known === undefined ? null : holdersOf(known, now).length,
    buckets:
      known === undefined
        ? null
        : { total: known.length, held: known.filter((lease) => isHeld(lease, now)).length },
  };
}

function hubProblems(facts: FleetFacts, now: number): readonly Problem[] {
  return [...missingKinds(facts), ...idleOperator(facts, now)];
}

function missingKinds({ servings, eventings }: FleetFacts): readonly Problem[] {
  const missing = [
    ...(isNotServed(servings) ? [kinds.serving] : []),
    ...(isNotServed(eventings) ? [kinds.eventing] : []),
  ];
  const message = `this hub does not serve ${missing.join(' and ')}: the definitions are not installed`;
  return missing.length === 0 ? [] : [hubProblem('WW1101', message, 'check --only WW1101')];
}

function idleOperator({ leases }: FleetFacts, now: number): readonly Problem[] {
  const known = valueOf(leases);
  if (known === undefined) return [];
  const idle = known.filter((lease) => !isHeld(lease, now)).length;
  if (known.length > 0 && idle === 0) return [];
  return [hubProblem('WW1103', idleness(known.length, idle), 'check --only WW1103')];
}

function idleness(total: number, idle: number): string {
  if (total === 0) return 'no operator has worked on this hub yet';
  return idle === total
    ? 'no operator is at work: what is shown is how things were when one was'
    : `nobody holds ${idle} of ${total} Leases: the objects behind them are not looked after`;
}

function hubProblem(code: Problem['code'], message: string, command: string): Problem {
  return { subject: hubName, level: 'error', code, message, since: undefined, command };
}

function countStates(clusters: readonly ClusterStatus[]): FleetStatus['counts']['clusters'] {
  return countEach(clusters.flatMap(({ name, state }) => (name === hubName ? [] : [state])));
}

function countEach<State extends string>(states: readonly State[]): Partial<Record<State, number>> {
  const counts: Partial<Record<State, number>> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Worst first. */
function scalingOf({ members, scaledObjects }: FleetFacts): Pick<FleetStatus, 'members' | 'scaledObjects'> {
  const objects = valueOf(scaledObjects) ?? [];
  return {
    members: (valueOf(members) ?? [])
      .map((member) => memberStatus(member, objects))
      .toSorted((a, b) => compareLevels(a.level, b.level) || a.name.localeCompare(b.name)),
    scaledObjects: objects
      .map(scaledObjectStatus)
      .toSorted((a, b) => compareLevels(a.level, b.level) || typedName(a).localeCompare(typedName(b))),
  };
}

function unseen(what: string, answer: Answer<unknown>): FleetStatus['unseen'] {
  if (answer.state === 'answered' || isNotServed(answer)) return [];
  if (answer.state === 'notAsked') return [{ what, why: `it needs ${answer.needs}` }];
  const { error } = answer;
  return [{ what, why: error instanceof KubeError ? error.status.message : error.message }];
}
