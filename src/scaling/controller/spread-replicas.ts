import { type KubeObject, objectKey, parseDistributedScaledObject } from '../../api/index.ts';
import {
  type Conditions,
  done,
  type Outcome,
  type ReconcileContext,
  referenceTo,
  requeueAfter,
  writeStatus,
} from '../../controller/index.ts';
import { KubeError, resources } from '../../kube/index.ts';
import type { EngineReport } from '../engine/scaling-engine.ts';
import { type Plan, plan } from '../plan/plan.ts';
import type { WantedScale } from '../workload/scale-writer.ts';
import { type AskedScaling, readAskedScaling } from './asked-scaling.ts';
import { judgeTriggers } from './judge-triggers.ts';
import { measureScaling } from './measure-scaling.ts';
import { memberStatuses } from './member-statuses.ts';
import { type Notice, notices } from './notices.ts';
import { annotationsFor, lasting, type ScalingMemory } from './scaling-memory.ts';
import type { ScalingServices } from './scaling-services.ts';
import { scalingConditions, type ScalingView } from './scaling-conditions.ts';
import { scalingStatus, statusOf, tellsOfState } from './scaling-status.ts';
import { seedTotal } from './seed-total.ts';
import { overwrittenTotal, projectObject, wasScaled } from './total-on-hub.ts';
import { type MemberView, viewMembers } from './view-members.ts';

export interface Spread {
  readonly outcome: Outcome;
  /** For the next pass. */
  readonly memory: ScalingMemory;
  /** As the pass left it. */
  readonly object: KubeObject;
  /** Why the pass has to be made again, with back-off; told in the status already where it has to be. */
  readonly error?: unknown;
}

interface Pass {
  readonly services: ScalingServices;
  readonly key: string;
  readonly object: KubeObject;
  readonly memory: ScalingMemory;
  readonly context: ReconcileContext;
}

/** Numbers on their way are written once in this time, in milliseconds. */
const betweenStatusesMs = 1_000;

/**
 * One look at one object: finds out what runs where, plans, keeps the plan, has the numbers written, and tells how it
 * stands. It waits for the hub only, never for a member.
 */
export async function spreadReplicas(
  services: ScalingServices,
  object: KubeObject,
  memory: ScalingMemory,
  context: ReconcileContext,
): Promise<Spread> {
  const key = objectKey(object.metadata);
  const pass: Pass = { services, key, object, memory, context };
  const read = readAskedScaling(object);
  if (!read.ok) return refuse(pass, read.why);
  // Who is not known yet would be taken for gone.
  if (!services.members.isSynced) return begin(pass);
  const { asked } = read;
  for (const warning of asked.warnings)
    tell(pass, [{ reason: 'InvalidSpec', action: 'Validate', member: warning, note: warning }]);
  const view = viewMembers(services, key, asked, memory.state);
  return spread(pass, asked, view);
}

async function spread(pass: Pass, asked: AskedScaling, view: MemberView): Promise<Spread> {
  const { services, key, memory, context } = pass;
  const { clock } = services;
  const restored = await restoreTotal(pass, asked);
  if (restored !== undefined) return spread(restored.pass, restored.asked, view);
  const now = clock.now();
  const seed = seedTotal({
    total: asked.spec.total,
    isDecided: view.state?.hasAssigned === true || wasScaled(pass.object),
    sights: [...view.wanted].map((place) => {
      const seen = view.observed.get(place)?.state;
      return seen === 'notReady' || !view.reachable.has(place)
        ? isAsked(seen)
          ? 'unreachable'
          : { seen: 'nothing' }
        : (view.sights.get(place) ?? { seen: 'nothing' });
    }),
    least: asked.least,
    most: asked.most,
    firstSeenAt: view.state?.firstPlanAt ?? now,
    now,
  });
  if (seed.seed === 'total') {
    const seeded = await writeTotal(pass, seed.total);
    return spread(seeded.pass, seeded.asked, view);
  }

  const startedAt = clock.monotonic();
  const { spec, registered } = view.selection;
  const planned = plan({ ...spec, total: asked.spec.total }, registered, view.observed, view.state, now);
  services.metrics.observe(
    'wheelwright_dso_plan_duration_seconds',
    {},
    (clock.monotonic() - startedAt) / 1000,
  );
  const wait = turnOf(pass, planned);
  if (wait !== undefined) return wait;

  const kept = await keepState(pass, planned);
  const wanted = wantedScales(planned, view);
  const later = services.writers.want(key, wanted);
  services.writers.keep(key, new Set(Object.keys(planned.state.rows)));
  const { report, error } =
    seed.seed === 'waiting'
      ? { report: undefined, error: undefined }
      : await askEngine({ ...pass, object: kept }, asked, view);
  const told = await conclude(
    { ...pass, object: kept },
    { asked, view, planned, report, isWaiting: seed.seed === 'waiting' },
  );
  context.log.debug({ total: asked.spec.total, members: registered.length }, 'planned');
  const dueAt = [planned.nextCheckAt, later, seed.seed === 'waiting' ? seed.until : undefined];
  return {
    object: told.object,
    memory: {
      ...memory,
      state: planned.state,
      stored: lasting(planned.state),
      lastTotal: asked.spec.total,
      statusAt: told.statusAt,
      moveAt: undefined,
    },
    outcome: nextLook(dueAt, told.againInMs, clock.now()),
    error,
  };
}

function isAsked(seen: 'unknown' | 'notReady' | 'ready' | undefined): boolean {
  return seen === 'notReady';
}

/** `kubectl replace` and its like are undone; undefined where there is nothing to undo. */
async function restoreTotal(
  pass: Pass,
  asked: AskedScaling,
): Promise<{ readonly pass: Pass; readonly asked: AskedScaling } | undefined> {
  const total = overwrittenTotal(pass.object, asked.spec.total, pass.memory.lastTotal);
  if (total === undefined) return undefined;
  const restored = await writeTotal(pass, total);
  const note = `spec.totalTargetReplicas was set to 0 other than through /scale; it is ${total} again`;
  tell(pass, [{ reason: 'TargetReplicasOverwritten', action: 'Scale', member: '', note }]);
  return restored;
}

/** Writes the total as autoscalers do, unless somebody has meanwhile. */
async function writeTotal(
  pass: Pass,
  replicas: number,
): Promise<{ readonly pass: Pass; readonly asked: AskedScaling }> {
  const { services, object, context } = pass;
  const { signal } = context;
  const resource = resources.distributedScaledObjects;
  const body = { metadata: { resourceVersion: object.metadata.resourceVersion }, spec: { replicas } };
  await services.hub.patch(resource, object.metadata, 'merge', body, { subresource: 'scale', signal });
  const live = projectObject(await services.hub.get(resource, object.metadata, { signal }));
  const read = readAskedScaling(live);
  if (!read.ok) throw new Error(read.why);
  const memory = { ...pass.memory, lastTotal: read.asked.spec.total };
  return { pass: { ...pass, object: live, memory }, asked: read.asked };
}

/** Moves because of outages and returns come one after another, over all objects; undefined: it is this one's turn. */
function turnOf({ services, object, memory }: Pass, planned: Plan): Spread | undefined {
  if (memory.state === undefined || planned.state.lastStepAt === memory.state.lastStepAt) return undefined;
  const now = services.clock.monotonic();
  const waitMs = memory.moveAt === undefined ? services.moves.reserveMs() : memory.moveAt - now;
  if (waitMs <= 0) return undefined;
  return { object, memory: { ...memory, moveAt: now + waitMs }, outcome: requeueAfter(waitMs) };
}

/** Nothing is written to members that a restart would not know of. */
async function keepState({ services, object, memory, context }: Pass, { state }: Plan): Promise<KubeObject> {
  const annotations = annotationsFor(object, memory, state);
  if (annotations === undefined) return object;
  const { uid } = object.metadata;
  const body = { metadata: { uid, annotations } };
  const options = { signal: context.signal };
  return projectObject(
    await services.hub.patch(resources.distributedScaledObjects, object.metadata, 'merge', body, options),
  );
}

function wantedScales(planned: Plan, view: MemberView): ReadonlyMap<string, WantedScale> {
  return new Map(
    planned.assignments.flatMap(({ place, replicas }) => {
      const where = view.reachable.get(place);
      const seen = view.sights.get(place);
      return where === undefined || seen?.seen !== 'workload'
        ? []
        : [[place, { ...where, replicas, seen }] as const];
    }),
  );
}

/** An engine that fails is told of in the status and asked again; what is spread stays spread. */
async function askEngine(
  { services, object, context }: Pass,
  asked: AskedScaling,
  view: MemberView,
): Promise<{ readonly report: EngineReport; readonly error?: unknown }> {
  const { engine } = services;
  const { unsupported, ignored } = judgeTriggers(asked.object.spec.scaledObjectSpec.triggers, engine.name);
  for (const note of ignored)
    tellOf(services, object, [{ reason: 'TriggerEnvIgnored', action: 'Validate', member: note, note }]);
  if (unsupported !== undefined) return { report: notReady('UnsupportedTrigger', unsupported) };
  const parsed = parseDistributedScaledObject(object);
  if (!parsed.ok) return { report: notReady('ScaledObjectNotReady', 'the object cannot be read') };
  const readyReplicas = view.sights
    .values()
    .reduce((sum, sight) => sum + (sight.seen === 'workload' ? sight.ready : 0), 0);
  try {
    return { report: await engine.ensure(parsed.resource, { readyReplicas }, context.signal) };
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof KubeError)) throw error;
    return { report: notReady('ScaledObjectNotReady', error.message), error };
  }
}

function notReady(reason: string, message: string): EngineReport {
  const unknown = { status: 'Unknown', reason, message } as const;
  return { ready: { status: 'False', reason, message }, active: unknown, paused: unknown };
}

interface Concluded {
  readonly object: KubeObject;
  readonly statusAt: number | undefined;
  /** When the rest of the status is due, in milliseconds from now. */
  readonly againInMs: number | undefined;
}

async function conclude(
  pass: Pass,
  {
    asked,
    view,
    planned,
    report,
    isWaiting,
  }: {
    readonly asked: AskedScaling;
    readonly view: MemberView;
    readonly planned: Plan;
    readonly report: EngineReport | undefined;
    readonly isWaiting: boolean;
  },
): Promise<Concluded> {
  const { services, object, memory } = pass;
  const { selection, sights } = view;
  const now = services.clock.now();
  const before = statusOf(object).memberClusterStatuses ?? {};
  const contenders = contendersOf(pass, view);
  const members = memberStatuses({ plan: planned, selection, sights, contenders, before, now });
  const reasons = planned.reasons.filter(({ place }) => view.wanted.has(place));
  const healthy = reasons.filter(({ state }) => state === 'Ready').length;
  const all = reasons.length + selection.duplicates.size;
  const taking = reasons.flatMap(({ name }) => selection.members.get(name) ?? []);
  tell(pass, [
    ...notices({ before: { rows: before, state: memory.state }, after: { rows: members, plan: planned } }),
    ...aboutMembers(view, contenders),
  ]);
  return publish(pass, {
    view: {
      isInitializing: isWaiting && healthy + reasons.filter(({ state }) => state === 'NotReady').length < all,
      ambiguous: selection.ambiguous,
      findings: planned.findings,
      healthy,
      all,
      engine: report,
      rows: Object.values(planned.state.rows),
      members: taking,
    },
    members,
    total: asked.spec.total,
    currentReplicas: planned.currentReplicas,
  });
}

/** Who else writes a workload, where that goes on and on. */
function contendersOf({ services, key }: Pass, { sights }: MemberView): ReadonlyMap<string, string> {
  return new Map(
    [...sights].flatMap(([place, sight]) => {
      if (sight.seen !== 'workload' || !services.writers.isContended(key, place)) return [];
      const isOther = sight.writer !== undefined && sight.writer !== services.fieldManager;
      return [[place, isOther ? sight.writer : 'somebody else'] as const];
    }),
  );
}

function aboutMembers({ selection }: MemberView, contenders: ReadonlyMap<string, string>): readonly Notice[] {
  const nameOf = (place: string): string => selection.rowNames.get(place) ?? place;
  return [
    ...[...contenders].map(([place, writer]): Notice => {
      const member = nameOf(place);
      const isHub = writer.startsWith('wheelwright/');
      return {
        reason: isHub ? 'ForeignScaler' : 'ScaleContention',
        action: 'Scale',
        member,
        note: `${member}: ${writer} undoes what is written; it is written once a minute`,
      };
    }),
    ...[...selection.duplicates].map(([place, first]): Notice => ({
      reason: 'DuplicateMember',
      action: 'Observe',
      member: nameOf(place),
      note: `${nameOf(place)} leads to the workload of ${nameOf(first)}, which gets the weights of both`,
    })),
    ...selection.repeated.map((name): Notice => ({
      reason: 'DuplicateMember',
      action: 'Validate',
      member: name,
      note: `'${name}' is listed twice in spec.memberClusters; it gets the weights of both`,
    })),
  ];
}

/** The spec means nothing that could be done: what runs keeps running. */
async function refuse(pass: Pass, why: string): Promise<Spread> {
  const { services, key, memory, object } = pass;
  services.writers.want(key, new Map());
  const { memberClusterStatuses: members = {}, membersHealthyCount: healthy = 0 } = statusOf(object);
  tell(pass, [{ reason: 'InvalidSpec', action: 'Validate', member: why, note: why }]);
  const told = await publish(pass, {
    view: { ...nothingKnown, invalid: why, healthy, all: Object.keys(members).length },
    members,
    total: totalOf(object),
    currentReplicas: statusOf(object).totalCurrentReplicas ?? 0,
  });
  return { object: told.object, memory: { ...memory, statusAt: told.statusAt }, outcome: done };
}

/** Autoscalers need a selector from the first moment on; everything else stays as it was until members are known. */
async function begin(pass: Pass): Promise<Spread> {
  const { memory, object } = pass;
  if (statusOf(object).selector !== undefined) return { object, memory, outcome: done };
  const told = await publish(pass, {
    view: { ...nothingKnown, isInitializing: true },
    members: {},
    total: totalOf(object),
    currentReplicas: 0,
  });
  return { object: told.object, memory: { ...memory, statusAt: told.statusAt }, outcome: done };
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

function totalOf(object: KubeObject): number {
  const parsed = parseDistributedScaledObject(object);
  return parsed.ok ? (parsed.resource.spec.totalTargetReplicas ?? 0) : 0;
}

interface Published {
  readonly view: ScalingView;
  readonly members: Parameters<typeof scalingStatus>[0]['members'];
  readonly total: number;
  readonly currentReplicas: number;
}

/** Writes the status where it says something new: news at once, numbers on their way once a second. */
async function publish(pass: Pass, { view, ...numbers }: Published): Promise<Concluded> {
  const { services, object, memory, context } = pass;
  const { clock, hub } = services;
  const last = statusOf(object);
  const conditions = scalingConditions((last.conditions ?? []) as Conditions, view, clock.now());
  const { healthy, all } = view;
  const status = scalingStatus({ object, conditions, healthy, all, ...numbers });
  measureScaling(services.metrics, object, status);
  const sinceMs = memory.statusAt === undefined ? betweenStatusesMs : clock.monotonic() - memory.statusAt;
  if (sinceMs < betweenStatusesMs && !tellsOfState(last, status))
    return { object, statusAt: memory.statusAt, againInMs: betweenStatusesMs - sinceMs };
  const written = await writeStatus({
    client: hub,
    resource: resources.distributedScaledObjects,
    object,
    status,
    signal: context.signal,
    observesGeneration: false,
  });
  const isNew = written !== undefined && written.object !== object;
  return {
    object: isNew ? projectObject(written.object) : object,
    statusAt: isNew ? clock.monotonic() : memory.statusAt,
    againInMs: undefined,
  };
}

function tell({ services, object }: Pass, told: readonly Notice[]): void {
  tellOf(services, object, told);
}

function tellOf(
  { notices, events, clock }: ScalingServices,
  object: KubeObject,
  told: readonly Notice[],
): void {
  const { uid = '' } = object.metadata;
  for (const { reason, action, member, note } of told) {
    if (!notices.isNews(uid, reason, member, clock.monotonic())) continue;
    events.record({ regarding: referenceTo(object), reason, action, note });
  }
}

function nextLook(
  dueAt: readonly (number | undefined)[],
  againInMs: number | undefined,
  now: number,
): Outcome {
  const waits = dueAt.flatMap((at) => (at === undefined ? [] : [Math.max(0, at - now)]));
  if (againInMs !== undefined) waits.push(againInMs);
  return waits.length === 0 ? done : requeueAfter(Math.min(...waits));
}
