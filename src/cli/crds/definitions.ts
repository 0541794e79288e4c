import type { KubeObject } from '../../api/index.ts';
// oxlint-disable-next-line no-restricted-imports -- a door of its own: what makes CRDs is of no use to the rest of the house
import { customResourceDefinition, servedKinds } from '../../api/crd/index.ts';

/** The CustomResourceDefinitions of this version. */
export function crdDefinitions(): readonly KubeObject[] {
  return servedKinds.map(customResourceDefinition);
}
