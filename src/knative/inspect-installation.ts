import { inspectDelivery, type InspectDeliveryOptions, type InspectedDelivery } from '../delivery/index.ts';
import { type KnativeComponent, nameSelector } from './component.ts';
import { yieldedFields } from './yielded-fields.ts';

export interface InspectInstallationOptions extends Omit<
  InspectDeliveryOptions,
  'owner' | 'selector' | 'yielded'
> {
  readonly component: KnativeComponent;
  readonly installation: { readonly name: string; readonly uid: string };
  /** On the hub itself. */
  readonly sameCluster: boolean;
}

/** What an installation has on its cluster, object by object, as it is there now. It only reads. Throws KubeErrors. */
export function inspectInstallation({
  component,
  installation,
  sameCluster,
  ...options
}: InspectInstallationOptions): Promise<InspectedDelivery> {
  return inspectDelivery({
    ...options,
    owner: { ...installation, kind: component.kind, sameCluster },
    selector: nameSelector(component),
    yielded: yieldedFields(component),
  });
}
