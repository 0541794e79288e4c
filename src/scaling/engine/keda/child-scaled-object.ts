import { apiVersion, type DistributedScaledObject, type KubeObject } from '../../../api/index.ts';
import { childLabel, scaledObjectKind } from '../scaled-object-kind.ts';

/** Annotations that KEDA understands; the user writes them on the object on the hub. */
const passedOn = ['autoscaling.keda.sh/', 'scaledobject.keda.sh/', 'validations.keda.sh/'];
/** KEDA writes it itself, and would not stop. */
const writtenByKeda = 'scaledobject.keda.sh/name';

/**
 * The ScaledObject of the same name and namespace whose target is the DistributedScaledObject itself: KEDA and the
 * autoscaler that it makes write the total through `/scale`, and never hear of members.
 */
export function childScaledObject({
  apiVersion: ownVersion,
  kind,
  metadata,
  spec,
}: DistributedScaledObject): KubeObject {
  const { name, namespace, uid = '' } = metadata;
  const owner = { apiVersion: ownVersion, kind, name };
  return {
    apiVersion: apiVersion(scaledObjectKind),
    kind: scaledObjectKind.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        ...without(writtenByKeda, metadata.labels),
        'app.kubernetes.io/managed-by': 'wheelwright',
        [childLabel]: name,
      },
      annotations: annotationsForKeda(metadata.annotations),
      ownerReferences: [{ ...owner, uid, controller: true, blockOwnerDeletion: true }],
    },
    spec: { ...spec.scaledObjectSpec, scaleTargetRef: owner },
  };
}

function annotationsForKeda(
  annotations: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const entries = Object.entries(annotations).filter(([key]) =>
    passedOn.some((prefix) => key.startsWith(prefix)),
  );
  return Object.fromEntries(entries);
}

function without(
  key: string,
  labels: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== key));
}
