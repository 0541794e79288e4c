import type { KubeObject, ReasonName } from '../../api/index.ts';
import type { Cluster } from '../../clusters/index.ts';
import {
  AnchorNameTooLong,
  type DeliveryOwner,
  type DeliverySet,
  objectsOfSet,
} from '../../delivery/index.ts';
import {
  componentDirectories,
  deliveryOwner,
  type Finding,
  type Installation,
  installNamespace,
  judgeMigration,
  type ManifestStore,
  noTargetVersion,
  type Renderer,
  type SpokeNamespaceRule,
  targetVersion,
  TransformError,
} from '../../knative/index.ts';
import { type GivenInstallation, titleOf } from './given-installation.ts';
import { cannot, releaseError } from './release-error.ts';

export interface RenderOptions {
  readonly manifests: ManifestStore;
  readonly renderer: Renderer;
  /** Takes the place of spec.version. */
  readonly version: string | undefined;
  readonly spokeNamespace: SpokeNamespaceRule;
  readonly signal: AbortSignal;
}

/** What is known of an installation beside what somebody has written down. */
export interface RenderContext {
  /** Where it goes, to be asked what it serves; absent offline. */
  readonly cluster?: Cluster | undefined;
  /** The object as the hub has it. */
  readonly live?: Installation | undefined;
  /** uid of the hub's kube-system namespace. */
  readonly hubUid?: string | undefined;
}

export interface RenderedInstallation extends GivenInstallation {
  readonly version: string;
  /** On the cluster. */
  readonly namespace: string;
  readonly set: DeliverySet;
  readonly owner: DeliveryOwner;
  /** Everything that goes to the cluster; the uids of owners are empty. */
  readonly objects: readonly KubeObject[];
  readonly findings: readonly Finding[];
}

/** Renders what the operator would apply. Throws CliError where it would apply nothing, KubeError, or the reason of the signal. */
export async function renderInstallation(
  given: GivenInstallation,
  context: RenderContext,
  options: RenderOptions,
): Promise<RenderedInstallation> {
  const { component, source } = given;
  const installation = withVersion(given.installation, options.version);
  const { manifests, signal } = options;
  const directory = componentDirectories[component.component];
  let releases = await manifests.versions(directory);
  try {
    const wanted = wantedRelease(installation, context.live);
    ({ releases } = await manifests.releasesFor({ directory, ...wanted }, signal));
    const version = judgedVersion({ ...given, installation }, context.live, releases);
    const namespace =
      context.live?.status?.target?.namespace ??
      installNamespace(component, installation, options.spokeNamespace);
    const request = { component, installation, version, namespace, cluster: context.cluster };
    const { set, findings } = await options.renderer.render(request, options.signal);
    const metadata = { ...installation.metadata, uid: context.live?.metadata.uid ?? '' };
    const owner = deliveryOwner({
      component,
      installation: { ...installation, metadata },
      services: { hubUid: context.hubUid ?? '' },
    });
    const objects = objectsOfSet(set, owner, '');
    return { component, installation, source, version, namespace, set, owner, objects, findings };
  } catch (error) {
    throw unrenderable(error, given, releases);
  }
}

function withVersion(installation: Installation, version: string | undefined): Installation {
  return version === undefined ? installation : { ...installation, spec: { ...installation.spec, version } };
}

function wantedRelease({ spec }: Installation, live: Installation | undefined) {
  return {
    wanted: spec.version,
    ownManifests: hasOwnManifests(spec),
    current: live?.status?.version,
  };
}

function hasOwnManifests({ manifests }: Installation['spec']): boolean {
  return (manifests ?? []).length > 0;
}

/** Throws ManifestError in the words of the operator. */
function judgedVersion(
  { component: { kind }, installation: { spec } }: GivenInstallation,
  live: Installation | undefined,
  releases: readonly string[],
): string {
  const ownManifests = hasOwnManifests(spec);
  const version = targetVersion({ wanted: spec.version, ownManifests, releases });
  if (version === '') throw noTargetVersion({ ownManifests });
  const judged = judgeMigration({ kind, current: live?.status?.version, target: version });
  if (!judged.eligible) throw new IneligibleVersion(judged.message);
  return version;
}

class IneligibleVersion extends Error {
  override readonly name = 'IneligibleVersion';
}

function unrenderable(error: unknown, given: GivenInstallation, releases: readonly string[]): unknown {
  const { source } = given;
  const what = `render ${titleOf(given)} of ${source}`;
  const reason = specReason(error);
  if (reason === undefined) return releaseError(error, { what, source, releases });
  return cannot(what, (error as Error).message, { reason, fix: `correct it in ${source}` });
}

function specReason(error: unknown): ReasonName | undefined {
  if (error instanceof IneligibleVersion) return 'VersionIneligible';
  return error instanceof TransformError || error instanceof AnchorNameTooLong ? 'SpecInvalid' : undefined;
}
