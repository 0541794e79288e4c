import type { DistributedScaledObject, KubeObject } from '../../../../api/index.ts';
import { type Child, readChild } from '../child.ts';
import { childScaledObject } from '../child-scaled-object.ts';

/** The DistributedScaledObject default/nginx with one trigger, changed as given. */
export function distributed({
  metadata = {},
  spec = {},
}: {
  readonly metadata?: Partial<DistributedScaledObject['metadata']>;
  readonly spec?: Partial<DistributedScaledObject['spec']['scaledObjectSpec']>;
} = {}): DistributedScaledObject {
  return {
    apiVersion: 'keda.kedify.io/v1alpha1',
    kind: 'DistributedScaledObject',
    metadata: { name: 'nginx', namespace: 'default', uid: 'uid-1', ...metadata },
    spec: {
      scaledObjectSpec: {
        scaleTargetRef: { name: 'nginx', kind: 'Deployment' },
        triggers: [{ type: 'prometheus', metadata: { query: 'up' } }],
        ...spec,
      },
    },
  };
}

/** What a hub has of an object a moment after it was applied by `wheelwright`. */
export function stored(wanted: KubeObject = childScaledObject(distributed()), uid = 'child-1'): KubeObject {
  const keys = (map: object = {}): object =>
    Object.fromEntries(Object.keys(map).map((key) => [`f:${key}`, {}]));
  const { labels, annotations } = wanted.metadata;
  const fieldsV1 = {
    'f:metadata': { 'f:labels': keys(labels), 'f:annotations': keys(annotations) },
    'f:spec': {},
  };
  return {
    ...wanted,
    metadata: {
      ...wanted.metadata,
      uid,
      resourceVersion: '1',
      managedFields: [{ manager: 'wheelwright', operation: 'Apply', fieldsV1 }],
    },
  };
}

export function storedChild(changes: Partial<Child> = {}, wanted?: KubeObject): Child {
  return { ...readChild(stored(wanted), 'wheelwright'), ...changes };
}
