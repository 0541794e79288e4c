import type { KubeObject } from '../../api/index.ts';
// oxlint-disable-next-line no-restricted-imports -- a door of its own: what makes CRDs is of no use to the rest of the house
import { customResourceDefinition, servedKinds } from '../../api/crd/index.ts';

/**
 * The CustomResourceDefinitions that the operator of this version needs on the hub. Others it only plans for (`simulate`),
 * and whoever has them from elsewhere keeps them.
 */
export function crdDefinitions(): readonly KubeObject[] {
  return servedKinds.filter(({ group }) => group === 'operator.knative.dev').map(customResourceDefinition);
}
