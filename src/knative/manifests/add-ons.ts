import type { KnativeEventingSpec, KnativeServingSpec } from '../../api/index.ts';
import { majorMinor, withLeadingV } from '../versions/index.ts';
import { ManifestError } from './manifest-error.ts';
import { addOnVersion, type ReleasePath, releasePath } from './release-path.ts';

/** Release paths that belong together: one entry of `status.manifests`. */
export type AddOnGroup = readonly ReleasePath[];

/**
 * What a KnativeServing of a version gets besides the core: ingress plugins, then security add-ons. Without
 * `spec.ingress` it is Istio; with it, what is enabled there, which may be nothing. Throws a ManifestError.
 */
export function servingAddOns(spec: KnativeServingSpec, version: string): readonly AddOnGroup[] {
  return [ingressPlugins(spec, version), securityAddOns(spec, version)].filter((group) => group.length > 0);
}

/** What a KnativeEventing of a version gets besides the core: the enabled sources. Throws a ManifestError. */
export function eventingAddOns(spec: KnativeEventingSpec, version: string): readonly AddOnGroup[] {
  const { source } = spec;
  if (source === undefined || version === '') return [];
  const enabled = sources.filter((name) => source[name].enabled);
  return enabled.length === 0
    ? []
    : [enabled.map((name) => releasePath('eventing-source', addOnVersion(version), name))];
}

/** In the order of knative/operator. */
const ingresses = ['istio', 'contour', 'kourier', 'gateway-api'] as const;
const sources = ['ceph', 'github', 'gitlab', 'kafka', 'rabbitmq', 'redis'] as const;

function ingressPlugins({ ingress }: KnativeServingSpec, version: string): AddOnGroup {
  if (version === '') return [];
  const enabled =
    ingress === undefined ? ['istio'] : ingresses.filter((name) => ingress[name]?.enabled === true);
  return enabled.map((name) => releasePath('ingress', addOnVersion(version), name));
}

/** The last release of Security-Guard; it goes with every Serving from 1.8 on that is still in use. */
const securityGuardVersion = '0.6';
const firstGuardedMinor = 8;

function securityAddOns({ security }: KnativeServingSpec, version: string): AddOnGroup {
  if (security?.securityGuard.enabled !== true || version === '') return [];
  const serving = addOnVersion(version);
  const [major, minor] = majorMinor(withLeadingV(serving)).slice(1).split('.');
  if (serving !== 'latest' && (major === '0' || Number(minor) < firstGuardedMinor)) {
    throw new ManifestError(
      `the current version of Knative Serving is ${serving}. You need to install the version 1.8 or above to support the security guard`,
      { reason: 'SpecInvalid' },
    );
  }
  return [releasePath('security-guard', securityGuardVersion)];
}
