import { groupVersionKind, type KnativeEventingSpec, type KubeObject } from '../../api/index.ts';

const certificateGroups = new Set(['cert-manager.io', 'trust.cert-manager.io']);

/**
 * Whether an object belongs to an installation of Eventing: certificates do only while transport encryption is on,
 * because their kinds are not served where cert-manager is not installed.
 */
export function isWanted(object: KubeObject, spec: KnativeEventingSpec): boolean {
  return !certificateGroups.has(groupVersionKind(object).group) || isEncrypted(spec);
}

function isEncrypted({ config = {} }: KnativeEventingSpec): boolean {
  const features = config['features'] ?? config['config-features'] ?? {};
  return ['permissive', 'strict'].includes((features['transport-encryption'] ?? '').toLowerCase());
}
