import type { GroupVersionKind } from '../../api/index.ts';

/** What KEDA scales by. */
export const scaledObjectKind: GroupVersionKind = {
  group: 'keda.sh',
  version: 'v1alpha1',
  kind: 'ScaledObject',
};

/** On every ScaledObject that is made for a DistributedScaledObject; its value is the name of that. */
export const childLabel = 'keda.kedify.io/distributedscaledobject';
