import type { Condition, ScalingConditionType } from '../../api/index.ts';
import type { Member } from '../../clusters/index.ts';
import {
  type Conditions,
  findCondition,
  keepTransitionTimes,
  setCondition,
  type UntimedCondition,
} from '../../controller/index.ts';
import type { EngineReport, Verdict } from '../engine/scaling-engine.ts';
import type { Finding } from '../plan/finding.ts';
import type { MemberRow } from '../plan/member-row.ts';
import type { AmbiguousReference } from './selected-members.ts';

/** A condition that is documented. */
interface ToldCondition extends UntimedCondition {
  readonly type: ScalingConditionType;
}

/** What the conditions of an object depend on. */
export interface ScalingView {
  /** Why nothing can be done for it; the newest cause. */
  readonly invalid?: string | undefined;
  /** Who scales its workload already. */
  readonly holder?: string | undefined;
  /** The first answers of members are waited for. */
  readonly isInitializing: boolean;
  /** What else is waited for, in a sentence. */
  readonly awaits?: string | undefined;
  readonly ambiguous: readonly AmbiguousReference[];
  readonly findings: readonly Finding[];
  readonly healthy: number;
  readonly all: number;
  /** Undefined as long as nobody may decide the total. */
  readonly engine: EngineReport | undefined;
  readonly rows: Iterable<MemberRow>;
  /** Members that take part. */
  readonly members: readonly Member[];
}

const notAsked: Verdict = {
  status: 'Unknown',
  reason: 'Initializing',
  message: 'Triggers are evaluated once it is known what runs.',
};
/** For so long anything may be unknown; after that it is not going to be known soon. Milliseconds. */
const settlesAfterMs = 60_000;
/** metav1.Condition's limit, in characters. */
const longestReason = 1_024;
const obstacles = ['NoHealthyMembers', 'NoEligibleMembers', 'AllWeightsZero'] as const;
const limits = ['AnnotationsFull', 'CapacityLimited', 'MinReplicasUnsatisfied'] as const;

/**
 * Every condition of the object, sorted by type; the times of those that stay as they were stay too. Nothing is Unknown for
 * good, because Argo CD shows an object as progressing for as long as anything is: what is not known to be ready after a
 * minute is not ready, and what is not known of the engine then is left out.
 */
export function scalingConditions(before: Conditions, view: ScalingView, now: number): Conditions {
  const { active, paused, fallback } = view.engine ?? {
    active: asBefore(before, 'ScaledObjectActive', view),
    paused: asBefore(before, 'Paused', view),
  };
  const settled = settle(before, ready(view), now);
  const ofEngine: readonly ToldCondition[] = [
    { type: 'ScaledObjectActive', ...active },
    { type: 'Paused', ...paused },
    ...(fallback === undefined ? [] : [{ type: 'ScaledObjectFallback', ...fallback } as const]),
  ];
  const told: readonly ToldCondition[] = [
    { type: 'Ready', ...settled },
    ...ofEngine.filter(({ status }) => settled.status === 'Unknown' || status !== 'Unknown'),
    { type: 'Rebalancing', ...rebalancing(view.rows) },
    ...targets(view.members),
    ...view.findings.flatMap(({ reason, message }): readonly ToldCondition[] =>
      isOneOf(reason, limits) ? [{ type: reason, status: 'True', reason, message }] : [],
    ),
  ];
  const conditions = told.reduce<Conditions>(
    (all, condition) => setCondition(all, complete(condition), now),
    [],
  );
  return keepTransitionTimes(before, conditions);
}

/** When what is unknown now settles, in milliseconds since 1970; undefined where nothing is. */
export function settlesAt(conditions: Conditions): number | undefined {
  const ready = findCondition(conditions, 'Ready');
  return ready?.status === 'Unknown' ? changedAt(ready) + settlesAfterMs : undefined;
}

function settle(before: Conditions, ready: Verdict, now: number): Verdict {
  const last = findCondition(before, 'Ready');
  if (ready.status !== 'Unknown' || last === undefined) return ready;
  const hasSettled = last.status === 'False' && last.reason === ready.reason;
  const isLate = last.status === 'Unknown' && now >= changedAt(last) + settlesAfterMs;
  return hasSettled || isLate ? { ...ready, status: 'False' } : ready;
}

function changedAt({ lastTransitionTime = '' }: Conditions[number]): number {
  return Date.parse(lastTransitionTime) || 0;
}

/** A spec that cannot be understood does not end what the engine does with the last one. */
function asBefore(before: Conditions, type: string, { invalid }: ScalingView): Verdict {
  const last = invalid === undefined ? undefined : findCondition(before, type);
  if (last === undefined) return notAsked;
  const { status, reason = '', message = '' } = last;
  return { status, reason, message };
}

/** The first that applies. */
function ready(view: ScalingView): Verdict {
  const { invalid, holder, ambiguous, findings, isInitializing, awaits, healthy, all, engine } = view;
  if (invalid !== undefined) return { status: 'False', reason: 'InvalidSpec', message: invalid };
  if (holder !== undefined)
    return {
      status: 'False',
      reason: 'ScaleTargetConflict',
      message: `${holder} scales the same workload on a member, and was there first; this object scales nothing.`,
    };
  if (ambiguous.length > 0)
    return {
      status: 'False',
      reason: 'MemberReferenceAmbiguous',
      message: ambiguous.map(sayAmbiguous).join(' '),
    };
  if (isInitializing)
    return {
      status: 'Unknown',
      reason: 'Initializing',
      message: awaits ?? 'Every member is asked what it runs before anything is written.',
    };
  const obstacle = findings.find(({ reason }) => isOneOf(reason, obstacles));
  if (obstacle !== undefined) return { status: 'False', ...obstacle };
  if (engine !== undefined && engine.ready.status !== 'True') return engine.ready;
  if (healthy < all)
    return {
      status: 'True',
      reason: 'MembersDegraded',
      message: `${healthy} of ${all} members are ready and serve the total.`,
    };
  return { status: 'True', reason: 'AllMembersReady', message: `All ${all} members are ready.` };
}

function sayAmbiguous({ reference, ids }: AmbiguousReference): string {
  return `'${reference}' may be ${ids.join(' or ')}: name one of these in spec.memberClusters.`;
}

function rebalancing(rows: Iterable<MemberRow>): Verdict {
  const named = (names: readonly MemberRow['phase']['name'][]): readonly string[] =>
    [...rows].filter(({ phase }) => names.includes(phase.name) && moves(phase)).map(({ name }) => name);
  const out = named(['excluded', 'slow']);
  if (out.length > 0)
    return { status: 'True', reason: 'Outage', message: `Others take over from ${out.join(', ')}.` };
  const back = named(['returning']);
  if (back.length > 0)
    return { status: 'True', reason: 'Recovery', message: `Replicas go back to ${back.join(', ')}.` };
  return { status: 'False', reason: 'Balanced', message: 'Nothing moves because of an outage or a return.' };
}

/** What has been taken over is at rest. */
function moves(phase: MemberRow['phase']): boolean {
  return phase.name !== 'excluded' || phase.retained > 0;
}

/** Of members that are ClusterProfiles, as Knative tells it of one. */
function targets(members: readonly Member[]): readonly ToldCondition[] {
  const profiles = members.filter(({ provider }) => provider === 'clusterprofile');
  if (profiles.length === 0) return [];
  const failed = profiles.flatMap(({ failure }) => failure ?? []);
  const [first] = failed;
  if (first === undefined)
    return [
      {
        type: 'TargetClusterResolved',
        status: 'True',
        reason: 'Resolved',
        message: `${profiles.length} of ${profiles.length} ClusterProfiles lead to a cluster.`,
      },
    ];
  const message = profiles
    .flatMap(({ alias, id, failure }) =>
      failure === undefined ? [] : [`${alias ?? id}: ${failure.reason}: ${failure.message}`],
    )
    .join(' ');
  return [{ type: 'TargetClusterResolved', status: 'False', reason: first.reason, message }];
}

/** The definition demands a reason and a message of every condition. */
function complete({ reason, message, ...rest }: UntimedCondition): Omit<Condition, 'lastTransitionTime'> {
  const word = wellFormed(reason ?? '');
  return { ...rest, reason: word, message: message === undefined || message === '' ? word : message };
}

/** As the definition wants reasons to be, whatever an autoscaler calls its own: one that is refused takes the status with it. */
function wellFormed(reason: string): string {
  const word = reason
    .slice(0, longestReason)
    .replaceAll(/[^A-Za-z0-9_,:]/g, '_')
    .replace(/^[^A-Za-z]+/, '')
    .replace(/[,:]+$/, '');
  return word === '' ? 'Unknown' : word;
}

function isOneOf<Name extends string>(name: string, names: readonly Name[]): name is Name {
  return (names as readonly string[]).includes(name);
}
