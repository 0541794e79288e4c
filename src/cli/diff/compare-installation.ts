import { objectKey, type ReasonName, reasons } from '../../api/index.ts';
import type { Cluster } from '../../clusters/index.ts';
import {
  ForeignAnchorError,
  NamespaceTerminatingError,
  previewDelivery,
  type PreviewedObject,
  RivalAnchorError,
} from '../../delivery/index.ts';
import {
  type DriftPolicy,
  driftPolicyAnnotation,
  driftPolicyOf,
  type Installation,
  mustServe,
  neededKinds,
  PrerequisitesMissing,
  prerequisitesMissing,
  wasInstalled,
} from '../../knative/index.ts';
import { type KubeClient, NoMatchError, NotFoundError } from '../../kube/index.ts';
import { type CliError, usageError } from '../failure/cli-error.ts';
import { operatorFieldManager } from '../hub/operator-trace.ts';
import { type GivenInstallation, titleOf } from '../render/given-installation.ts';
import {
  renderInstallation,
  type RenderedInstallation,
  type RenderOptions,
} from '../render/render-installation.ts';
import type { TargetClusters } from './target-clusters.ts';

export interface CompareOptions {
  readonly targets: TargetClusters;
  readonly hub: { readonly cluster: Cluster; readonly uid: string };
  readonly rendering: RenderOptions;
  readonly onRendered: (rendered: RenderedInstallation) => void;
  readonly onProgress: (done: number, total: number) => void;
}

export interface ComparedInstallation {
  readonly rendered: RenderedInstallation;
  readonly cluster: Cluster;
  /** Whether the hub has the object. */
  readonly exists: boolean;
  readonly previewed: readonly PreviewedObject[];
}

/**
 * What the operator would do on the cluster of an object if the hub had it as the file says. Nothing is written. Throws
 * CliError where it would do nothing at all, KubeError, or the reason of the signal.
 */
export async function compareInstallation(
  given: GivenInstallation,
  { targets, hub, rendering, onRendered, onProgress }: CompareOptions,
): Promise<ComparedInstallation> {
  const { signal } = rendering;
  const live = await readLive(given, hub.cluster.client, signal);
  if (live !== undefined) refuseUnmovable(given, live);
  const { clusterProfileRef } = given.installation.spec;
  const cluster = clusterProfileRef === undefined ? hub.cluster : await targets.spoke(clusterProfileRef);
  const rendered = await renderInstallation(given, { cluster, live, hubUid: hub.uid }, rendering);
  onRendered(rendered);
  const { set, owner } = rendered;
  try {
    // First of all, as the operator does: without them it would apply nothing.
    await mustServe(neededKinds(rendered), cluster.client, signal);
    const previewed = await previewDelivery(set, {
      owner,
      cluster,
      fieldManager: operatorFieldManager,
      signal,
      mendsDrift: driftPolicy(given, live) === 'correct',
      everDelivered: live !== undefined && wasInstalled({ installation: live }),
      onProgress,
    });
    return { rendered, cluster, exists: live !== undefined, previewed };
  } catch (error) {
    throw notDelivered(error, rendered, cluster);
  }
}

/** The annotation may have been set on the hub alone; applying the file would leave it there. */
function driftPolicy({ installation }: GivenInstallation, live: Installation | undefined): DriftPolicy {
  const isInFile = installation.metadata.annotations?.[driftPolicyAnnotation] !== undefined;
  return driftPolicyOf(isInFile ? installation : (live ?? installation));
}

async function readLive(
  { component, installation }: GivenInstallation,
  client: KubeClient,
  signal: AbortSignal,
): Promise<Installation | undefined> {
  try {
    const object = await client.get(component.resource, installation.metadata, { signal });
    const parsed = component.parse(object);
    // What is wrong with it is of no interest: the file takes its place.
    return parsed.ok ? parsed.resource : { spec: {}, ...object };
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function refuseUnmovable(given: GivenInstallation, live: Installation): void {
  const [now, then] = [placeOf(live), placeOf(given.installation)];
  if (live.metadata.deletionTimestamp !== undefined)
    throw usageError(`${titleOf(given)} is being deleted: nothing would be applied.`, {
      fix: 'wait until it is gone',
      code: reasons.SpecInvalid.code,
    });
  if (now !== then)
    throw usageError(`${titleOf(given)} installs on ${now} and cannot move to ${then}.`, {
      fix: `put spec.clusterProfileRef back in ${given.source}, or delete the object on the hub first`,
      code: reasons.SpecInvalid.code,
    });
}

function placeOf({ spec }: Installation): string {
  const { clusterProfileRef } = spec;
  return clusterProfileRef === undefined ? 'the hub' : `cluster "${objectKey(clusterProfileRef)}"`;
}

/** Errors of the whole, after which the operator would leave the cluster alone. */
function notDelivered(error: unknown, given: RenderedInstallation, cluster: Cluster): unknown {
  const complain = (reason: ReasonName, cause: string): CliError => {
    const { code, fix } = reasons[reason];
    const problem = `Nothing of ${titleOf(given)} would be applied to cluster "${cluster.name}".`;
    return usageError(problem, { cause, code, fix });
  };
  if (error instanceof ForeignAnchorError) return complain('ForeignAnchor', error.message);
  if (error instanceof RivalAnchorError) return complain('TargetConflict', error.message);
  if (error instanceof NamespaceTerminatingError) return complain('InstallFailed', error.message);
  const missing = missingKinds(error);
  if (missing !== undefined)
    return complain('PrerequisiteMissing', prerequisitesMissing(missing, { ...given, cluster }));
  return error;
}

function missingKinds(error: unknown): readonly string[] | undefined {
  if (error instanceof PrerequisitesMissing) return error.kinds;
  return error instanceof NoMatchError ? [error.context.resource] : undefined;
}
