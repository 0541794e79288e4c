import { objectKey, type ReasonName } from '../api/index.ts';
import { AccessError, connectionFailure } from '../clusters/index.ts';
import { requeueAfter } from '../controller/index.ts';
import {
  AnchorChangedError,
  AnchorNameTooLong,
  DeliveryError,
  ForeignAnchorError,
  isRefusal,
  NamespaceTerminatingError,
  RivalAnchorError,
} from '../delivery/index.ts';
import { ConflictError, KubeError, NoMatchError, TimeoutError, UnreachableError } from '../kube/index.ts';
import { removalFailed } from './finalize.ts';
import { failed, installFailed, type StatusDraft } from './installation-status.ts';
import { ManifestError } from './manifests/index.ts';
import type { Pass, StageResult } from './pass.ts';
import { prerequisiteMissing } from './prerequisites.ts';
import { TransformError } from './transforms/index.ts';

/** What needs a person is looked at again now and then, should the event that says so get lost. */
const nowAndThenMs = 60_000;
/** Namespaces take seconds to go. */
const namespaceMs = 1_000;
/** A request that got lost, or came too late, is no news; if that happens in pass after pass, it is. */
const toleratedFailures = 2;

export type Failure =
  /** Told in the status; the pass ends without an error. */
  | { readonly told: StageResult }
  /** Told in the status, if it differs, and tried again with back-off. */
  | { readonly retry: StatusDraft };

/** What an error of a stage means for the object. */
export function explainFailure(error: unknown, pass: Pass): Failure {
  const { services, status, cluster } = pass;
  const now = services.clock.now();
  const installError = (because: ReasonName, message: string): StatusDraft =>
    installFailed(status, because, message, now);
  const deleting = pass.object.metadata.deletionTimestamp !== undefined;
  const tell = (draft: StatusDraft, afterMs: number): Failure => ({
    told: { pass: { ...pass, status: draft }, outcome: requeueAfter(afterMs), resting: true },
  });
  if (cluster?.signal.aborted === true)
    return tell(targetLost(pass, cluster.signal.reason, true), nowAndThenMs);
  if (error instanceof AccessError) return tell(targetLost(pass, error, false), nowAndThenMs);
  if (error instanceof ForeignAnchorError)
    return tell(installError('ForeignAnchor', error.message), nowAndThenMs);
  if (error instanceof RivalAnchorError)
    return tell(installError('TargetConflict', error.message), nowAndThenMs);
  if (error instanceof NamespaceTerminatingError)
    return tell(installError('InstallFailed', error.message), namespaceMs);
  if (error instanceof AnchorNameTooLong)
    return tell(
      installError('SpecInvalid', `failed to ensure anchor ConfigMap: ${error.message}`),
      nowAndThenMs,
    );
  if (error instanceof TransformError) return tell(installError('SpecInvalid', error.message), nowAndThenMs);
  if (error instanceof ManifestError) {
    const draft = installError(error.reason, error.message);
    return error.transient ? { retry: draft } : tell(draft, nowAndThenMs);
  }
  if (error instanceof NoMatchError) {
    cluster?.client.invalidateDiscovery();
    return tell(
      installError('PrerequisiteMissing', prerequisiteMissing(error, pass)),
      services.pollIntervalMs,
    );
  }
  const cause = error instanceof DeliveryError ? error.failures[0]?.error : error;
  const network = cause instanceof UnreachableError || cause instanceof TimeoutError;
  const overtaken = cause instanceof ConflictError || cause instanceof AnchorChangedError;
  if ((network || overtaken) && pass.failures < toleratedFailures) return { retry: status };
  if (network) return { retry: targetLost(pass, cause, false) };
  // A server's no is asked again as often as workloads that are not ready are looked at.
  const end = (draft: StatusDraft): Failure =>
    isRefusal(cause) ? tell(draft, services.pollIntervalMs) : { retry: draft };
  if (deleting && error instanceof Error) return end(removalFailed(status, error, now));
  if (error instanceof DeliveryError || error instanceof KubeError || error instanceof AnchorChangedError)
    return end(installError('InstallFailed', error.message));
  return {
    retry: installError(
      'InternalError',
      `Wheelwright has a bug in ${pass.component.kind} ${objectKey(pass.object.metadata)}`,
    ),
  };
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
