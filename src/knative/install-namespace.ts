import type { Installation, KnativeComponent } from './component.ts';

/** `canonical`: the component's own namespace on every spoke, as knative/operator does since August 2026. */
export type SpokeNamespaceRule = 'same' | 'canonical';

/** Where an installation goes that has not been anywhere yet. On the hub it is always the namespace of the object. */
export function installNamespace(
  component: Pick<KnativeComponent, 'canonicalNamespace'>,
  { metadata, spec }: Pick<Installation, 'metadata' | 'spec'>,
  rule: SpokeNamespaceRule,
): string {
  const isRemote = spec.clusterProfileRef !== undefined;
  return isRemote && rule === 'canonical' ? component.canonicalNamespace : (metadata.namespace ?? '');
}
