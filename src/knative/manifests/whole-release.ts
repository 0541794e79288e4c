import type { KnativeEventingSpec, KnativeServingSpec } from '../../api/index.ts';
import { eventingAddOns, servingAddOns } from './add-ons.ts';
import { loadManifests } from './load-manifests.ts';
import { ManifestError } from './manifest-error.ts';
import type { ManifestStore } from './manifest-store.ts';
import type { Manifest } from './parse-manifest.ts';
import type { Component, ReleasePath } from './release-path.ts';

/** All that a version can consist of, as it was published. */
export interface WholeRelease {
  readonly manifest: Manifest;
  /** Add-ons that no source has. */
  readonly missing: readonly ReleasePath[];
}

const on = { enabled: true } as const;
const everyIngress: KnativeServingSpec = {
  ingress: { istio: on, contour: on, kourier: on, 'gateway-api': on },
};
const securityGuard: KnativeServingSpec = { ingress: {}, security: { securityGuard: on } };
const everySource: KnativeEventingSpec = {
  source: { ceph: on, github: on, gitlab: on, kafka: on, rabbitmq: on, redis: on },
};

/**
 * The core of a component with every ingress plugin, source and add-on there is, whatever of it goes together. Throws a
 * ManifestError where there is no core, or the reason of the signal.
 */
export async function loadWholeRelease(
  { component, version }: { readonly component: Component; readonly version: string },
  store: ManifestStore,
  signal: AbortSignal,
): Promise<WholeRelease> {
  const { core } = await loadManifests({ component, spec: { version }, version, addOns: [] }, store, signal);
  const paths = component === 'serving' ? pluginsOf(version) : eventingAddOns(everySource, version).flat();
  const addOns = await Promise.all(
    paths.map(async (path) => ({ path, manifest: await store.loadRelease(path, signal, version) })),
  );
  return {
    manifest: [...core, ...addOns.flatMap(({ manifest = [] }) => manifest)],
    missing: addOns.filter(({ manifest }) => manifest === undefined).map(({ path }) => path),
  };
}

function pluginsOf(version: string): readonly ReleasePath[] {
  const plugins = servingAddOns(everyIngress, version).flat();
  try {
    return [...plugins, ...servingAddOns(securityGuard, version).flat()];
  } catch (error) {
    // Old versions go without it.
    if (error instanceof ManifestError) return plugins;
    throw error;
  }
}
