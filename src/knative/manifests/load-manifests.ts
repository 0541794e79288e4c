import type { CommonSpec } from '../../api/index.ts';
import type { AddOnGroup } from './add-ons.ts';
import { shownUrl } from './fetch-document.ts';
import { checkVersionLabels, isKnativeObject } from './label-check.ts';
import { ManifestError } from './manifest-error.ts';
import { type ManifestPath, parseManifestPaths, spellReleasePath } from './manifest-path.ts';
import type { ManifestStore } from './manifest-store.ts';
import type { Manifest } from './parse-manifest.ts';
import { type Component, componentDirectories, type ReleasePath, releasePath } from './release-path.ts';

export interface ManifestRequest {
  readonly component: Component;
  readonly spec: CommonSpec;
  /** The target version; empty when `spec.manifests` names files and `spec.version` nothing. */
  readonly version: string;
  readonly addOns: readonly AddOnGroup[];
}

/** Everything that one installation consists of, as it was published. */
export interface InstallationManifests {
  readonly core: Manifest;
  /** Ingress plugins or sources, then security add-ons. */
  readonly addOns: Manifest;
  readonly additional: Manifest;
  /** `status.manifests`: the core, the additional manifests, then each group of add-ons. */
  readonly paths: readonly string[];
  /** Add-ons that no source has; tolerated where `spec.manifests` may contain them. */
  readonly missing: readonly ReleasePath[];
}

/** Throws a ManifestError, in the words of knative/operator where that has any, or the reason of the signal. */
export async function loadManifests(
  request: ManifestRequest,
  store: ManifestStore,
  signal: AbortSignal,
): Promise<InstallationManifests> {
  const { spec, version } = request;
  const core =
    spec.manifests === undefined || spec.manifests.length === 0
      ? await loadCoreRelease(request, store, signal)
      : await loadNamed(spec.manifests, version, store, signal);
  checkVersionLabels(core.manifest, version);

  const groups: Part[] = [];
  for (const group of request.addOns) groups.push(await loadAddOns(group, request, store, signal));

  const additional = await loadNamed(spec.additionalManifests ?? [], version, store, signal);
  checkVersionLabels(additional.manifest.filter(isKnativeObject), version);

  return {
    core: core.manifest,
    addOns: groups.flatMap(({ manifest }) => manifest),
    additional: additional.manifest,
    paths: [core, additional, ...groups].map(({ path }) => path).filter((path) => path !== ''),
    missing: groups.flatMap(({ missing = [] }) => missing),
  };
}

interface Part {
  readonly manifest: Manifest;
  /** As `status.manifests` spells it; empty where nothing was loaded. */
  readonly path: string;
  readonly missing?: readonly ReleasePath[];
}

async function loadCoreRelease(
  { component, spec, version }: ManifestRequest,
  store: ManifestStore,
  signal: AbortSignal,
): Promise<Part> {
  const directory = componentDirectories[component];
  if (version === '') {
    throw new ManifestError(`unable to find any version number under the path ${directory}`, {
      reason: 'VersionUnavailable',
    });
  }
  const path = releasePath(directory, version);
  const manifest = await store.loadRelease(path, signal);
  if (manifest === undefined) {
    throw new ManifestError(
      `the manifests of the target version ${spec.version ?? version} are not available to this release`,
      { reason: 'VersionUnavailable' },
    );
  }
  return { manifest: refuseEmpty(manifest, spellReleasePath(path)), path: spellReleasePath(path) };
}

async function loadNamed(
  entries: NonNullable<CommonSpec['manifests']>,
  version: string,
  store: ManifestStore,
  signal: AbortSignal,
): Promise<Part> {
  if (entries.length === 0) return { manifest: [], path: '' };
  const paths = entries.flatMap(({ URL: text }) =>
    parseManifestPaths(text.replaceAll('${VERSION}', version)),
  );
  const manifests = await Promise.all(paths.map((path) => store.load(path, signal)));
  const path = paths.map(spell).join(',');
  return { manifest: refuseEmpty(manifests.flat(), path), path };
}

async function loadAddOns(
  group: AddOnGroup,
  { spec, version }: ManifestRequest,
  store: ManifestStore,
  signal: AbortSignal,
): Promise<Part> {
  const loaded = await Promise.all(
    group.map(async (path) => ({ path, manifest: await store.loadRelease(path, signal, version) })),
  );
  const missing = loaded.filter(({ manifest }) => manifest === undefined).map(({ path }) => path);
  if (missing.length > 0 && (spec.manifests ?? []).length === 0) {
    throw new ManifestError(
      `the manifests '${missing.join("', '")}' for version ${version} are not available to this release`,
      { reason: 'VersionUnavailable' },
    );
  }
  const found = loaded.filter(({ manifest }) => manifest !== undefined);
  return {
    manifest: found.flatMap(({ manifest = [] }) => manifest),
    path: found.map(({ path }) => spellReleasePath(path)).join(','),
    missing,
  };
}

function refuseEmpty(manifest: Manifest, path: string): Manifest {
  if (manifest.length > 0) return manifest;
  throw new ManifestError(`there is no resource available in the target manifests ${path}`);
}

/** A status is read by more people than a spec, so no token or password of a URL goes there. */
function spell(path: ManifestPath): string {
  if (path.kind === 'release') return spellReleasePath(path.path);
  return path.kind === 'url' ? shownUrl(path.url) : path.path;
}
