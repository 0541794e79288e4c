import { KubeError, NotFoundError, type Resource, ServerError, TimeoutError } from '../kube/index.ts';

/** Each kind once, in the version that the server prefers, which comes first: others may need a converter that is gone. */
export function preferredVersions(served: readonly Resource[]): readonly Resource[] {
  const preferred = new Map<string, Resource>();
  for (const resource of served) {
    const id = `${resource.plural}.${resource.group}`;
    if (!preferred.has(id)) preferred.set(id, resource);
  }
  return [...preferred.values()];
}

/** True where the server has no list of the kind, so that nothing of it can be there. */
export function isUnlistable(error: unknown): boolean {
  return error instanceof NotFoundError || (error instanceof KubeError && error.status.httpStatus === 405);
}

/**
 * True where one API that was added to the cluster does not work, because the server or the converter behind it does
 * not: that may last, and says nothing about the cluster. An error of a group that every API server serves itself does.
 */
export function isBrokenExtension(error: unknown, { group }: Resource): boolean {
  return (error instanceof ServerError || error instanceof TimeoutError) && !ownGroups.has(group);
}

/** Groups that kube-apiserver serves itself. */
const ownGroups: ReadonlySet<string> = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);
