import type { KubeObject } from '../../api/index.ts';
// oxlint-disable-next-line no-restricted-imports -- a door of its own: what makes CRDs is of no use to the rest of the house
import { customResourceDefinition, servedKinds } from '../../api/crd/index.ts';

/** The CustomResourceDefinitions that the operator of this version can act on. */
export function allCrdDefinitions(): readonly KubeObject[] {
  return servedKinds.map(customResourceDefinition);
}

/** What the operator does on a hub. */
export type HubUse = 'knative' | 'members';

export const hubUses: readonly HubUse[] = ['knative', 'members'];

const knativeGroup = 'operator.knative.dev';

/**
 * Those of one use. Workloads that are spread over members are not there on every hub, and whoever has their definitions
 * from Kedify keeps them.
 */
export function crdDefinitionsFor(use: HubUse): readonly KubeObject[] {
  return servedKinds
    .filter(({ group }) => (group === knativeGroup) === (use === 'knative'))
    .map(customResourceDefinition);
}
