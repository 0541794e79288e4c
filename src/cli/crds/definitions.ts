import type { KubeObject } from '../../api/index.ts';
// oxlint-disable-next-line no-restricted-imports -- a door of its own: what makes CRDs is of no use to the rest of the house
import { customResourceDefinition, kindsWithoutKeda, servedKinds } from '../../api/crd/index.ts';

/** The CustomResourceDefinitions of this project's own kinds. */
export function allCrdDefinitions(): readonly KubeObject[] {
  return servedKinds.map(customResourceDefinition);
}

/** What the operator does on a hub; `triggers` with credentials where KEDA is not. */
export type HubUse = 'knative' | 'members' | 'triggers';

export const hubUses: readonly HubUse[] = ['knative', 'members', 'triggers'];

const knativeGroup = 'operator.knative.dev';

/**
 * Those of one use. Workloads that are spread over members are not there on every hub, and whoever has their definitions
 * from Kedify keeps them. Those for triggers are KEDA's where there is KEDA.
 */
export function crdDefinitionsFor(use: HubUse): readonly KubeObject[] {
  if (use === 'triggers') return kindsWithoutKeda.map(customResourceDefinition);
  return servedKinds
    .filter(({ group }) => (group === knativeGroup) === (use === 'knative'))
    .map(customResourceDefinition);
}
