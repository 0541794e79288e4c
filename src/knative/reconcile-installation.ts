import type { Condition, KubeObject, Problem } from '../api/index.ts';
import {
  done,
  ensureFinalizer,
  findCondition,
  keepTransitionTimes,
  type Outcome,
  type ReconcileContext,
  settleConditions,
  type StatusWritten,
  writeStatus,
} from '../controller/index.ts';
import { NotFoundError } from '../kube/index.ts';
import { announce } from './announce.ts';
import type { Installation, KnativeComponent } from './component.ts';
import { explainFailure } from './failure.ts';
import { finalize } from './finalize.ts';
import { install } from './install.ts';
import {
  beginStatus,
  installationConditions,
  installFailed,
  type StatusDraft,
} from './installation-status.ts';
import { type KnativeServices, type Pass, StageError, StaleObjectError, type StageResult } from './pass.ts';
import { tellFinalizerUpdate } from './tell-finalizer-update.ts';

export interface Reconciled {
  readonly outcome: Outcome;
  /** What it installed is gone, and nothing of ours keeps the object any more. */
  readonly released: boolean;
  /** The object with the status that the pass left; a cache may show an older one for a while. */
  readonly written?: KubeObject | undefined;
  /** Why the pass failed, for a retry with back-off; it is told in the status already where it has to be. */
  readonly error?: unknown;
}

/** How often one look begins anew because the object changed meanwhile. */
const mostBeginnings = 3;

/** One look at one object: installs it, or removes what it installed, and writes down how that went. */
export async function reconcileInstallation(
  component: KnativeComponent,
  services: KnativeServices,
  read: KubeObject,
  context: ReconcileContext,
): Promise<Reconciled> {
  let object = read;
  for (let beginning = 1; ; beginning++) {
    try {
      return await look(component, services, object, context);
    } catch (error) {
      if (!(error instanceof StaleObjectError) || beginning === mostBeginnings) throw error;
      object = error.live;
    }
  }
}

async function look(
  component: KnativeComponent,
  services: KnativeServices,
  read: KubeObject,
  context: ReconcileContext,
): Promise<Reconciled> {
  const { signal } = context;
  const object = await withFinalizer(component, services, read, signal);
  if (object === undefined) return { outcome: done, released: false };
  // Asked of the object as it is now: what was read may be older than its deletion.
  const deleting = object.metadata.deletionTimestamp !== undefined;
  const parsed = component.parse(object);
  // What a spec says is of no interest to its removal, so that no spec can hinder it.
  const installation = parsed.ok ? parsed.resource : ({ spec: {}, ...object } as unknown as Installation);
  const status = beginStatus(installation.status, services.clock.now());
  const first: Pass = {
    component,
    services,
    object,
    installation,
    status,
    shown: (installation.status?.conditions ?? []) as readonly Condition[],
    signal,
    log: context.log,
    failures: context.failures,
  };

  if (deleting) return conclude(first, await attempt(finalize, first));
  if (!parsed.ok) return conclude(first, refuse(first, parsed.problems));
  return conclude(first, await attempt(install, first));
}

/** Undefined where the object is gone. */
async function withFinalizer(
  { resource, finalizer }: KnativeComponent,
  services: KnativeServices,
  object: KubeObject,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  if (object.metadata.deletionTimestamp !== undefined) return object;
  try {
    const { client } = services.hub;
    const onUpdated = (): void => tellFinalizerUpdate(services, object, 'Deliver');
    return await ensureFinalizer({ client, resource, object, finalizer, signal, onUpdated });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

interface Attempt {
  readonly result: StageResult;
  readonly error?: unknown;
}

async function attempt(work: (pass: Pass) => Promise<StageResult>, first: Pass): Promise<Attempt> {
  try {
    return { result: await work(first) };
  } catch (thrown) {
    first.signal.throwIfAborted();
    const { pass, cause } = thrown instanceof StageError ? thrown : { pass: first, cause: thrown };
    if (cause instanceof StaleObjectError) throw cause;
    const failure = explainFailure(cause, pass);
    if ('told' in failure) return { result: failure.told };
    const { retry: status, resting } = failure;
    return { result: { pass: { ...pass, status }, outcome: done, resting }, error: cause };
  }
}

function refuse(pass: Pass, problems: readonly Problem[]): Attempt {
  const shown = problems
    .slice(0, 5)
    .map(({ field, value, message }) => `${field}${value === undefined ? '' : ` '${value}'`} ${message}`);
  const more = problems.length > 5 ? ` and ${problems.length - 5} more` : '';
  const status = installFailed(
    pass.status,
    'SpecInvalid',
    `${shown.join('; ')}${more}`,
    pass.services.clock.now(),
  );
  return { result: { pass: { ...pass, status }, outcome: done, resting: true } };
}

async function conclude(first: Pass, { result, error }: Attempt): Promise<Reconciled> {
  const { pass } = result;
  const { services } = pass;
  const resting = 'resting' in result && result.resting;
  const now = services.clock.now();
  const settled = resting
    ? settleConditions(pass.status.conditions, installationConditions, now)
    : pass.status.conditions;
  const conditions = keepTransitionTimes(pass.shown, settled);
  const ended: Pass = { ...pass, status: { ...pass.status, conditions } };
  const written = pass.released === true ? undefined : await write(ended);
  if (written !== undefined) {
    // What somebody else has written meanwhile was told by them.
    const { overtaken } = written;
    const before = overtaken === undefined ? first.status : beginStatus(overtaken, now);
    announce(ended, before);
    measure(ended, before);
  }
  return {
    outcome: 'outcome' in result ? result.outcome : done,
    released: pass.released === true,
    written: written?.object,
    error,
  };
}

function write({ component, services, object, status, signal }: Pass): Promise<StatusWritten | undefined> {
  const { resource } = component;
  return writeStatus({ client: services.hub.client, resource, object, status, signal });
}

function measure({ component, object, status, services, cluster }: Pass, before: StatusDraft): void {
  const { metrics, clock } = services;
  const { namespace = '', name, creationTimestamp = '' } = object.metadata;
  const ready = findCondition(status.conditions, 'Ready');
  metrics.set(
    'wheelwright_resource_status',
    {
      kind: component.kind,
      object_namespace: namespace,
      object_name: name,
      target_cluster: cluster?.name ?? '',
      reason: ready?.status === 'True' ? '' : (ready?.reason ?? 'Unknown'),
    },
    1,
  );
  if (before.version === undefined && status.version !== undefined) {
    const seconds = (clock.now() - Date.parse(creationTimestamp)) / 1000;
    metrics.observe('wheelwright_install_duration_seconds', { kind: component.kind }, Math.max(0, seconds));
  }
}
