import { groupVersionKind, interned, type KubeObject } from '../api/index.ts';

/** Which object, whatever the version it is written in. */
export interface ObjectIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

export function identityOf(object: KubeObject): ObjectIdentity {
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

/** An identity alone, of what says more of its object. */
export function bareIdentity({ apiVersion, kind, namespace, name }: ObjectIdentity): ObjectIdentity {
  return { apiVersion, kind, namespace, name };
}

/** Equal for the same object in two versions of its API group: `Deployment.apps knative-serving/activator`. */
export function identityKey(identity: ObjectIdentity): string {
  const { group } = groupVersionKind(identity);
  return interned(`${identity.kind}.${group} ${identity.namespace ?? ''}/${identity.name}`);
}

/** For people: `Deployment knative-serving/activator`. */
export function describeIdentity(identity: ObjectIdentity): string {
  return `${identity.kind} ${identity.namespace === undefined ? '' : `${identity.namespace}/`}${identity.name}`;
}
