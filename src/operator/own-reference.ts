import type { ObjectReference } from '../controller/index.ts';

/** What events about the operator itself are shown with: its Pod where it knows that, else the namespace of its Leases. */
export function ownReference(
  env: Readonly<Record<string, string | undefined>>,
  namespace: string,
): ObjectReference {
  const { POD_NAME: pod, POD_NAMESPACE: podNamespace = namespace } = env;
  return pod === undefined || pod === ''
    ? { apiVersion: 'v1', kind: 'Namespace', name: namespace }
    : { apiVersion: 'v1', kind: 'Pod', namespace: podNamespace, name: pod };
}
