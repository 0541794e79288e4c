import { objectKey, type ReasonName } from '../api/index.ts';
import { AccessError, connectionFailure } from '../clusters/index.ts';
import { findCondition, requeueAfter } from '../controller/index.ts';
import {
  AnchorChangedError,
  AnchorNameTooLong,
  DeliveryError,
  ForeignAnchorError,
  NamespaceTerminatingError,
  RivalAnchorError,
  StillTerminating,
} from '../delivery/index.ts';
import { ConflictError, ForbiddenError, KubeError, NoMatchError, ServerError } from '../kube/index.ts';
import { driftPolicyOf } from './drift-policy.ts';
import { removalFailed } from './finalize.ts';
import {
  failed,
  installed,
  installFailed,
  notesOf,
  type StatusDraft,
  succeed,
} from './installation-status.ts';
import { ManifestError } from './manifests/index.ts';
import type { Pass, StageResult } from './pass.ts';
import { PrerequisitesMissing, prerequisitesMissing } from './prerequisites.ts';
import { reachVersion } from './reach-version.ts';
import { TransformError } from './transforms/index.ts';
import { wasReplaced } from './was-replaced.ts';

/** What needs a person is looked at again now and then, should the event that says so get lost. */
const nowAndThenMs = 60_000;
/** Namespaces take seconds to go. */
const namespaceMs = 1_000;
/** What holds an object that is to go, such as a cloud that takes down a load balancer, takes its time. */
const terminatingMs = 5_000;
/** A request that got lost, or came at a bad moment, is no news; if that happens in pass after pass, it is. */
const toleratedFailures = 2;

export type Failure =
  /** Told in the status; the pass ends without an error. */
  | { readonly told: StageResult }
  /** Told in the status, if it differs, and tried again with back-off. */
  | { readonly retry: StatusDraft; readonly resting: boolean };

/** What an error of a stage means for the object. */
export function explainFailure(error: unknown, pass: Pass): Failure {
  const { cluster } = pass;
  if (wasReplaced(pass)) return { told: { pass, outcome: requeueAfter(0), resting: false } };
  if (cluster?.signal.aborted === true)
    return tell(pass, targetLost(pass, cluster.signal.reason, true), nowAndThenMs);
  if (error instanceof AccessError) return tell(pass, targetLost(pass, error, false), nowAndThenMs);
  return explainState(error, pass) ?? explainSpec(error, pass) ?? explainAnswer(error, pass);
}

/** The cluster is in a state in which nothing can be written, whatever the spec says. */
function explainState(error: unknown, pass: Pass): Failure | undefined {
  if (error instanceof ForeignAnchorError)
    return tell(pass, notInstalled(pass, 'ForeignAnchor', error.message), nowAndThenMs);
  if (error instanceof RivalAnchorError)
    return tell(pass, notInstalled(pass, 'TargetConflict', error.message), nowAndThenMs);
  if (error instanceof NamespaceTerminatingError)
    return tell(pass, notInstalled(pass, 'InstallFailed', error.message), namespaceMs);
  if (error instanceof StillTerminating) return tell(pass, waitingFor(pass, error), terminatingMs);
  return undefined;
}

/** What the spec asks for cannot be had. */
function explainSpec(error: unknown, pass: Pass): Failure | undefined {
  if (error instanceof AnchorNameTooLong) {
    const message = `failed to ensure anchor ConfigMap: ${error.message}`;
    return tell(pass, notInstalled(pass, 'SpecInvalid', message), nowAndThenMs);
  }
  if (error instanceof TransformError)
    return tell(pass, notInstalled(pass, 'SpecInvalid', error.message), nowAndThenMs);
  if (error instanceof ManifestError) {
    const draft = notInstalled(pass, error.reason, error.message);
    return error.transient ? retry(draft) : tell(pass, draft, nowAndThenMs);
  }
  const missing = missingKinds(error);
  if (missing === undefined) return undefined;
  // Nobody tells when they are there.
  pass.cluster?.client.invalidateDiscovery();
  const draft = notInstalled(pass, 'PrerequisiteMissing', prerequisitesMissing(missing, pass));
  return tell(pass, draft, pass.services.pollIntervalMs);
}

function missingKinds(error: unknown): readonly string[] | undefined {
  if (error instanceof PrerequisitesMissing) return error.kinds;
  return error instanceof NoMatchError ? [error.context.resource] : undefined;
}

/** What an API server said, or that it said nothing. */
function explainAnswer(error: unknown, pass: Pass): Failure {
  const { services, cluster, status, object } = pass;
  const cause = error instanceof DeliveryError ? decisive(error) : error;
  const passes = isPassing(cause);
  const isTolerated = pass.failures < toleratedFailures;
  if (passes && isTolerated) return { retry: status, resting: false };
  if (!isAnswer(error)) {
    const name = `${pass.component.kind} ${objectKey(object.metadata)}`;
    return retry(notInstalled(pass, 'InternalError', `Wheelwright has a bug in ${name}`));
  }
  const isOfHub = cause instanceof KubeError && cause.cluster === services.hub.name;
  const isForSpoke = cluster !== undefined && cluster.id !== services.hub.id;
  if (passes && isForSpoke) {
    // A hub in trouble says nothing about what is installed on a spoke; it is only why nothing new is.
    const isInstalled = status.conditions.every((condition) => condition.status !== 'Unknown');
    if (isOfHub && isInstalled) return retry(status);
    if (!isOfHub && saysMoreAboutTheWay(error, cause)) return retry(targetLost(pass, cause, false));
  }
  const draft =
    object.metadata.deletionTimestamp === undefined
      ? notInstalled(pass, 'InstallFailed', error.message)
      : removalFailed(status, error, services.clock.now());
  // A server's no is asked again as often as workloads that are not ready are looked at.
  return passes ? retry(draft) : tell(pass, draft, services.pollIntervalMs);
}

function isAnswer(error: unknown): error is DeliveryError | KubeError | AnchorChangedError {
  return error instanceof DeliveryError || error instanceof KubeError || error instanceof AnchorChangedError;
}

/** The failure that somebody must do something about, before those that pass by themselves. */
function decisive({ failures }: DeliveryError): Error | undefined {
  return (failures.find(({ error }) => !isPassing(error)) ?? failures[0])?.error;
}

/** May be over when it is tried again: nothing came back, the server is in trouble or busy, or somebody was faster. */
function isPassing(error: unknown): boolean {
  if (error instanceof AnchorChangedError) return true;
  if (!(error instanceof KubeError) || !error.transient) return false;
  return !(error instanceof ForbiddenError || error instanceof NoMatchError);
}

/**
 * An API server that fails on one object, for example because a webhook does, is reached; one that fails before it comes
 * to objects, turns the credential down, or is silent, is not.
 */
function saysMoreAboutTheWay(error: unknown, cause: unknown): boolean {
  if (cause instanceof ConflictError || cause instanceof AnchorChangedError) return false;
  return !(error instanceof DeliveryError && cause instanceof ServerError);
}

function notInstalled(pass: Pass, because: ReasonName, message: string): StatusDraft {
  return installFailed(pass.status, because, message, pass.services.clock.now());
}

/** All that is wanted is in force; what is wanted no more is going. */
function waitingFor(pass: Pass, { message }: StillTerminating): StatusDraft {
  const { status, services, component, object, findings, version, paths } = pass;
  const now = services.clock.now();
  const waiting = { reason: 'NotReady', message: `Waiting for removals: ${message}` } as const;
  const available = succeed(status, 'DeploymentsAvailable', now);
  const notes = [waiting, ...notesOf(findings)];
  const isDrifted = findCondition(status.conditions, 'InstallSucceeded')?.reason === 'DriftReported';
  // Where drift is only told, nobody has put it back meanwhile.
  const isLeft = isDrifted && driftPolicyOf(object) === 'report';
  const stands = isLeft ? available : installed(available, notes, now);
  const inForce = succeed(stands, 'DependenciesInstalled', now);
  const listed = paths === undefined ? inForce : { ...inForce, manifests: paths };
  return version === undefined ? listed : reachVersion(listed, component, version);
}

function tell(pass: Pass, draft: StatusDraft, afterMs: number): Failure {
  return { told: { pass: { ...pass, status: draft }, outcome: requeueAfter(afterMs), resting: true } };
}

function retry(draft: StatusDraft): Failure {
  return { retry: draft, resting: true };
}

function targetLost(pass: Pass, error: unknown, stale: boolean): StatusDraft {
  const { reason, message } = connectionFailure(pass.cluster?.name ?? '', error, stale);
  return failed(
    pass.status,
    'TargetClusterResolved',
    { reason, because: reason, message },
    pass.services.clock.now(),
  );
}
