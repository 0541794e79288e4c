import { type KubeObject, objectKey, parseDistributedScaledObject } from '../../api/index.ts';
import type { MemberProvider } from '../../clusters/index.ts';
import { done, type Outcome, type ReconcileContext, requeueAfter } from '../../controller/index.ts';
import { ConflictError, resources } from '../../kube/index.ts';
import type { EngineReport } from '../engine/scaling-engine.ts';
import { type Plan, plan } from '../plan/plan.ts';
import { nothingSeen } from '../workload/workload.ts';
import type { WantedScale } from '../workload/scale-writer.ts';
import { askEngine } from './ask-engine.ts';
import { type AskedScaling, readAskedScaling, sayProblem } from './asked-scaling.ts';
import { contenders, contentionNotices, placesOfOtherHubs } from './contenders.ts';
import { deliverFromHub } from './deliver-from-hub.ts';
import { formerNumbers, givingBack, isGivenBack, originalsOfNumbers } from './first-numbers.ts';
import { keepForRestart } from './keep-for-restart.ts';
import { type MemberStatuses, memberStatuses } from './member-statuses.ts';
import { type Notice, notices } from './notices.ts';
import { type Published, publishStatus } from './publish-status.ts';
import { restoreOriginals } from './restore-originals.ts';
import type { ScalingView } from './scaling-conditions.ts';
import { recallAgain, type ScalingMemory } from './scaling-memory.ts';
import { type ScalingPass, tell } from './scaling-pass.ts';
import type { ScalingServices } from './scaling-services.ts';
import { statusOf } from './scaling-status.ts';
import { type SeedDecision, seedTotal } from './seed-total.ts';
import { projectObject } from './total-on-hub.ts';
import { type MemberView, viewMembers } from './view-members.ts';
import { restoreTotal, writeTotal } from './write-total.ts';

export interface Spread {
  readonly outcome: Outcome;
  /** For the next pass. */
  readonly memory: ScalingMemory;
  /** As the pass left it. */
  readonly object: KubeObject;
  /** Why the pass has to be made again, with back-off; told in the status already where it has to be. */
  readonly error?: unknown;
}

/**
 * One look at one object: finds out what runs where, plans, keeps the plan, has the numbers written, and tells how it
 * stands. It waits for the hub only, never for a member. Throws KubeErrors of the hub.
 */
export async function spreadReplicas(
  services: ScalingServices,
  object: KubeObject,
  memory: ScalingMemory,
  context: Pick<ReconcileContext, 'signal' | 'log'>,
): Promise<Spread> {
  const key = objectKey(object.metadata);
  return look({ services, key, object, memory, context });
}

/** Whoever else writes the object makes a plan be made again, so often. */
const mostPlans = 5;

async function look(pass: ScalingPass, round = 1): Promise<Spread> {
  const { services, key, object, memory } = pass;
  if (object.metadata.deletionTimestamp !== undefined) return end(pass);
  const read = readAskedScaling(object);
  if (!read.ok) return refuse(pass, read.why);
  // Who is not known yet would be taken for gone.
  if (!services.members.isSynced) return begin(pass);
  const holder = services.claims.holder(key);
  if (holder !== undefined) return giveWay(pass, holder);
  const { asked } = read;
  tell(pass, [
    ...asked.warnings.map((note): Notice => ({
      reason: 'InvalidSpec',
      action: 'Validate',
      member: note,
      note,
    })),
    ...memory.findings.map(({ reason, message: note }): Notice => ({
      reason,
      action: 'Observe',
      member: '',
      note,
    })),
  ]);
  try {
    return await spread(
      pass,
      asked,
      viewMembers(services, key, asked, memory.state, formerNumbers(pass, asked)),
    );
  } catch (error) {
    if (!(error instanceof ConflictError) || round === mostPlans) throw error;
    return look(await readAgain(pass), round + 1);
  }
}

/** The object as it is on the hub now, with what another replica may have planned for it. */
async function readAgain(pass: ScalingPass): Promise<ScalingPass> {
  const { services, object, memory, context } = pass;
  const { signal } = context;
  const live = projectObject(
    await services.hub.get(resources.distributedScaledObjects, object.metadata, { signal }),
  );
  return { ...pass, object: live, memory: recallAgain(object, live, memory) };
}

async function spread(pass: ScalingPass, asked: AskedScaling, view: MemberView): Promise<Spread> {
  const { services, memory } = pass;
  const { clock, metrics } = services;
  const restored = await restoreTotal({ pass, asked });
  if (restored !== undefined) return spread(restored.pass, restored.asked, view);
  const now = services.now();
  const seed = seedOf(pass, asked, view, now);
  if (seed.seed === 'total') {
    const seeded = await writeTotal(pass, seed.total);
    return spread(seeded.pass, seeded.asked, view);
  }

  const startedAt = clock.monotonic();
  const planOf = (mayStep: boolean): Plan =>
    plan(asked.spec, view.selection.registered, view.observed, memory.state, now, { mayStep });
  const wished = planOf(true);
  const moveAt = turnOf(pass, wished);
  const planned = moveAt === undefined ? wished : planOf(false);
  metrics.observe('wheelwright_dso_plan_duration_seconds', {}, (clock.monotonic() - startedAt) / 1000);

  const wanted = wantedScales(planned, view);
  const isWriting = [...wanted.values()].some(({ replicas, seen }) => replicas !== seen.wanted);
  const { state } = planned;
  const giving = givingBack(pass, view.former);
  const former = originalsOfNumbers(
    giving.left.filter((number) => {
      const scale = giving.wanted.get(number.key);
      return scale === undefined || !isGivenBack(pass, number, scale);
    }),
  );
  const after = await keepForRestart(pass, { state, asked, former, sights: view.sights, isWriting });
  // The plan is made and kept: whatever fails from here on, the next pass goes on from it.
  const known: ScalingMemory = {
    ...after.memory,
    state,
    findings: [],
    lastTotal: asked.spec.total,
    moveAt,
  };
  try {
    const { unkept } = known;
    const told = unkept === undefined ? planned : { ...planned, findings: [...planned.findings, unkept] };
    return await carryOut(after, known, {
      asked,
      view,
      planned: told,
      wanted,
      former: giving.wanted,
      seed,
    });
  } catch (error) {
    return { object: after.object, memory: known, outcome: done, error };
  }
}

interface Decided {
  readonly asked: AskedScaling;
  readonly view: MemberView;
  readonly planned: Plan;
  readonly wanted: ReadonlyMap<string, WantedScale>;
  /** The numbers of what was scaled before. */
  readonly former: ReadonlyMap<string, WantedScale>;
  readonly seed: SeedDecision;
}

async function carryOut(
  pass: ScalingPass,
  known: ScalingMemory,
  { asked, view, planned, wanted, former, seed }: Decided,
): Promise<Spread> {
  const { services, key, context } = pass;
  const { writers, clock } = services;
  // The object may have gone, or to another replica, while the plan was written down.
  context.signal.throwIfAborted();
  const ofOtherHubs = placesOfOtherHubs(services, key, pass.object.metadata, view);
  const later = writers.want(key, new Map([...wanted, ...former]));
  writers.keep(key, new Set([...Object.keys(planned.state.rows), ...former.keys()]));
  const delivered = await deliverFromHub(pass, { asked, planned, view });
  const after = delivered.pass;
  const isWaiting = seed.seed === 'waiting';
  const { troubles } = delivered;
  const engine = isWaiting ? undefined : await askEngine(after, readyOn(view.sights));
  const told = await conclude(after, {
    asked,
    view,
    ofOtherHubs,
    planned,
    troubles,
    report: engine?.report,
    isWaiting,
  });
  const dueAt = [
    planned.nextCheckAt,
    later,
    seed.seed === 'waiting' ? seed.until : undefined,
    told.settlesAt,
    known.moveAt === undefined ? undefined : services.now() + known.moveAt - clock.monotonic(),
  ];
  return {
    object: told.object,
    memory: {
      ...known,
      rows: told.members,
      statusAt: told.statusAt,
      engineReason: engine?.report.ready.reason ?? known.engineReason,
    },
    outcome: nextLook(dueAt, told.againInMs, services.now()),
    error: engine?.error ?? delivered.error,
  };
}

function seedOf({ memory }: ScalingPass, asked: AskedScaling, view: MemberView, now: number): SeedDecision {
  return seedTotal({
    total: asked.spec.total,
    isDecided: memory.state?.hasAssigned === true,
    sights: [...view.wanted].map((place) =>
      view.observed.get(place)?.state === 'notReady'
        ? 'unreachable'
        : (view.sights.get(place) ?? nothingSeen),
    ),
    least: asked.least,
    most: asked.most,
    firstSeenAt: memory.state?.awaitingSince ?? now,
    now,
  });
}

/**
 * When replicas may move, in monotonic milliseconds, because moves for outages and returns come one after another, over all
 * objects; undefined: it is this one's turn, or nothing moves.
 */
function turnOf({ services, memory }: ScalingPass, planned: Plan): number | undefined {
  if (memory.state === undefined || planned.state.lastStepAt === memory.state.lastStepAt) return undefined;
  const now = services.clock.monotonic();
  const waitMs = memory.moveAt === undefined ? services.moves.reserveMs() : memory.moveAt - now;
  return waitMs <= 0 ? undefined : now + waitMs;
}

function wantedScales(planned: Plan, view: MemberView): ReadonlyMap<string, WantedScale> {
  return new Map(
    planned.assignments.flatMap(({ place, replicas }) => {
      const where = view.reachable.get(place);
      const seen = view.sights.get(place);
      return where === undefined || seen?.seen !== 'workload'
        ? []
        : [[place, { ...where, member: nameOf(planned, place), replicas, seen }] as const];
    }),
  );
}

/** As the user calls the member there. */
function nameOf({ state: { rows } }: Plan, place: string): string {
  return rows[place]?.reference ?? rows[place]?.name ?? place;
}

interface Conclusion {
  readonly asked: AskedScaling;
  readonly view: MemberView;
  /** Places that another hub writes as well. */
  readonly ofOtherHubs: ReadonlySet<string>;
  readonly planned: Plan;
  /** What hinders deliveries, by place. */
  readonly troubles: ReadonlyMap<string, string>;
  readonly report: EngineReport | undefined;
  /** Nobody may decide the total yet. */
  readonly isWaiting: boolean;
}

async function conclude(
  pass: ScalingPass,
  { asked, view, ofOtherHubs, planned, troubles, report, isWaiting }: Conclusion,
): Promise<Published & { readonly members: MemberStatuses }> {
  const { services, memory, key } = pass;
  const { selection, sights } = view;
  const before = memory.rows;
  const rivals = contenders(services, key, sights, ofOtherHubs);
  const members = memberStatuses({
    plan: planned,
    selection,
    sights,
    contenders: rivals,
    troubles,
    before,
    now: services.now(),
  });
  const reasons = planned.reasons.filter(({ place }) => view.wanted.has(place));
  tell(pass, [
    ...notices({
      before: { rows: before, state: memory.state, engineReason: memory.engineReason },
      after: { rows: members, plan: planned, asked: askedOf(sights), engine: report },
    }),
    ...contentionNotices(rivals, (place) => nameOf(planned, place)),
    ...(report?.warnings ?? []).map((warning): Notice => {
      const note = sayProblem(warning);
      return { reason: 'UnsupportedTrigger', action: 'Validate', member: note, note };
    }),
    ...[report?.created, report?.unread].flatMap((news): readonly Notice[] =>
      news === undefined ? [] : [{ ...news, action: 'Scale', member: '' }],
    ),
  ]);
  const published = await publishStatus(pass, {
    view: {
      isInitializing: isWaiting && reasons.some(({ state }) => state === 'Unknown'),
      ambiguous: selection.ambiguous,
      findings: planned.findings,
      healthy: reasons.filter(({ state }) => state === 'Ready').length,
      all: reasons.length,
      engine: report,
      rows: Object.values(planned.state.rows),
      members: reasons.flatMap(({ name }) => selection.members.get(name) ?? []),
    },
    members,
    total: asked.spec.total,
    currentReplicas: planned.currentReplicas,
    readyReplicas: readyOn(sights),
  });
  return { ...published, members };
}

function askedOf(sights: MemberView['sights']): ReadonlyMap<string, number> {
  return new Map(
    [...sights].flatMap(([place, sight]) => (sight.seen === 'workload' ? [[place, sight.wanted]] : [])),
  );
}

/** Nothing is written for it any more, but the first numbers of members where it asked for that. */
async function end(pass: ScalingPass): Promise<Spread> {
  const { services, key, object, memory } = pass;
  services.engine.forget(key);
  const { outcome, restored } = await restoreOriginals(pass, memory.restored);
  const removal = await services.fromHub.remove(object, pass.context.signal);
  return { object, memory: { ...memory, restored }, outcome: outcome === done ? (removal ?? done) : outcome };
}

function readyOn(sights: MemberView['sights']): number {
  return [...sights.values()].reduce((sum, sight) => sum + (sight.seen === 'workload' ? sight.ready : 0), 0);
}

/** The spec means nothing that could be done: what runs keeps running. */
async function refuse(pass: ScalingPass, why: string): Promise<Spread> {
  const { services, key, object } = pass;
  services.writers.want(key, new Map());
  const { memberClusterStatuses: members = {}, membersHealthyCount: healthy = 0 } = statusOf(object);
  tell(pass, [{ reason: 'InvalidSpec', action: 'Validate', member: why, note: why }]);
  const all = Object.keys(members).length;
  return tellOnly(pass, { ...nothingKnown, invalid: why, healthy, all });
}

/** Somebody else has its workload: two would undo each other's numbers for ever. */
async function giveWay(pass: ScalingPass, holder: string): Promise<Spread> {
  const { services, key, object } = pass;
  services.writers.forget(key);
  services.engine.forget(key);
  services.fromHub.forget(key);
  services.workloads.use(key, []);
  const { memberClusterStatuses: members = {} } = statusOf(object);
  const note = `${holder} scales the same workload on a member, and was there first`;
  tell(pass, [{ reason: 'ScaleTargetConflict', action: 'Validate', member: holder, note }]);
  return tellOnly(pass, { ...nothingKnown, holder, all: Object.keys(members).length });
}

/** Autoscalers need a selector from the first moment on; everything else stays as it was until members are known. */
async function begin(pass: ScalingPass): Promise<Spread> {
  const { memory, object, services } = pass;
  const { selector, conditions = [] } = statusOf(object);
  const isNew = conditions.every(({ type, reason }) => type !== 'Ready' || reason === 'Initializing');
  if (selector !== undefined && !isNew) return { object, memory, outcome: done };
  const { awaited } = services.members;
  const sources = awaited.map(({ provider }) => sourceNames[provider]).join(', ');
  const whys = awaited.flatMap(({ why }) => (why === undefined ? [] : [why]));
  const because = whys.length === 0 ? 'the log of the operator says why.' : whys.join(' ');
  const awaits = `It is not known yet which members there are. Not read so far: ${sources}; ${because}`;
  return tellOnly(pass, { ...nothingKnown, isInitializing: true, awaits });
}

const sourceNames: Readonly<Record<MemberProvider, string>> = {
  kubeconfig: 'the Secrets with kubeconfigs',
  file: 'the kubeconfigs of the mounted directory, or the KedifyConfigurations that say who of them is drained',
  clusterprofile: 'the ClusterProfiles',
  hub: 'the KedifyConfigurations that say whether the hub is drained',
};

async function tellOnly(pass: ScalingPass, view: ScalingView): Promise<Spread> {
  const { memory, object } = pass;
  const { memberClusterStatuses: members = {}, totalCurrentReplicas: currentReplicas = 0 } = statusOf(object);
  const parsed = parseDistributedScaledObject(object);
  const total = parsed.ok ? (parsed.resource.spec.totalTargetReplicas ?? 0) : 0;
  const told = await publishStatus(pass, { view, members, total, currentReplicas });
  return {
    object: told.object,
    memory: { ...memory, statusAt: told.statusAt },
    outcome: nextLook([told.settlesAt], told.againInMs, pass.services.now()),
  };
}

const nothingKnown: ScalingView = {
  isInitializing: false,
  ambiguous: [],
  findings: [],
  healthy: 0,
  all: 0,
  engine: undefined,
  rows: [],
  members: [],
};

function nextLook(
  dueAt: readonly (number | undefined)[],
  againInMs: number | undefined,
  now: number,
): Outcome {
  const waits = dueAt.flatMap((at) => (at === undefined ? [] : [Math.max(0, at - now)]));
  if (againInMs !== undefined) waits.push(againInMs);
  return waits.length === 0 ? done : requeueAfter(Math.min(...waits));
}
