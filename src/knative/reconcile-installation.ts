import type { KubeObject, Problem } from '../api/index.ts';
import {
  done,
  ensureFinalizer,
  findCondition,
  type Outcome,
  type ReconcileContext,
  settleConditions,
  writeStatus,
} from '../controller/index.ts';
import { announce } from './announce.ts';
import type { Installation, KnativeComponent } from './component.ts';
import { explainFailure } from './failure.ts';
import { finalize } from './finalize.ts';
import { install, StageError } from './install.ts';
import {
  beginStatus,
  installationConditions,
  installFailed,
  type StatusDraft,
} from './installation-status.ts';
import type { KnativeServices, Pass, StageResult } from './pass.ts';

export interface Reconciled {
  readonly outcome: Outcome;
  /** What it installed is gone, and nothing of ours keeps the object any more. */
  readonly released: boolean;
}

/** One look at one object: installs it, or removes what it installed, and writes down how that went. */
export async function reconcileInstallation(
  component: KnativeComponent,
  services: KnativeServices,
  read: KubeObject,
  context: ReconcileContext,
): Promise<Reconciled> {
  const deleting = read.metadata.deletionTimestamp !== undefined;
  const { signal } = context;
  const { hub } = services;
  const { resource, finalizer } = component;
  const object = deleting
    ? read
    : await ensureFinalizer({ client: hub.client, resource, object: read, finalizer, signal });
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
    signal,
    log: context.log,
    failures: context.failures,
  };

  if (deleting) return conclude(first, await attempt(finalize, first));
  if (!parsed.ok) return conclude(first, refuse(first, parsed.problems));
  return conclude(first, await attempt(install, first));
}

interface Attempt {
  readonly result: StageResult;
  /** To be thrown once the status is written, for a retry with back-off. */
  readonly error?: unknown;
}

async function attempt(work: (pass: Pass) => Promise<StageResult>, first: Pass): Promise<Attempt> {
  try {
    return { result: await work(first) };
  } catch (thrown) {
    first.signal.throwIfAborted();
    const { pass, cause } = thrown instanceof StageError ? thrown : { pass: first, cause: thrown };
    const failure = explainFailure(cause, pass);
    if ('told' in failure) return { result: failure.told };
    return {
      result: { pass: { ...pass, status: failure.retry }, outcome: done, resting: true },
      error: cause,
    };
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
  const { services, component } = pass;
  const resting = 'resting' in result && result.resting;
  const now = services.clock.now();
  const conditions = resting
    ? settleConditions(pass.status.conditions, installationConditions, now)
    : pass.status.conditions;
  const ended: Pass = { ...pass, status: { ...pass.status, conditions } };
  if (!pass.released) {
    await writeStatus({
      client: services.hub.client,
      resource: component.resource,
      object: ended.object,
      status: ended.status,
      signal: first.signal,
    });
    announce(ended, first.status);
    measure(ended, first.status);
  }
  if (error !== undefined) throw error;
  return { outcome: 'outcome' in result ? result.outcome : done, released: pass.released === true };
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
