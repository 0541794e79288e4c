import type { KubeObject } from '../../api/index.ts';
// oxlint-disable-next-line no-restricted-imports -- a door of its own: what makes CRDs is of no use to the rest of the house
import { customResourceDefinition, servedKinds } from '../../api/crd/index.ts';

/** The CustomResourceDefinitions that the operator of this version can act on. */
export function allCrdDefinitions(): readonly KubeObject[] {
  return servedKinds.map(customResourceDefinition);
}

/**
 * Those that it needs on every hub. The others are for workloads that are spread over members, which not every hub has,
 * and whoever has them from Kedify keeps them.
 */
export function crdDefinitions(): readonly KubeObject[] {
  return servedKinds.filter(({ group }) => group === 'operator.knative.dev').map(customResourceDefinition);
}
