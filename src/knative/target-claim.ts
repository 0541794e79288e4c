import { type KubeObject, objectKey } from '../api/index.ts';
import type { Installation } from './component.ts';

type ProfileRef = Installation['spec']['clusterProfileRef'];

/** Where an object installs, as one string; equal for equal targets. */
export function targetKey(ref: ProfileRef): string {
  return ref === undefined ? 'hub' : objectKey(ref);
}

/** Where an object installed; before that, where it is going to. */
export function targetRef({ spec, status }: Pick<Installation, 'spec' | 'status'>): ProfileRef {
  return (status?.target ?? spec).clusterProfileRef;
}

/** The ref of an object that was not parsed: another object's mistakes must not stop this one. */
export function profileRefOf(object: KubeObject): ProfileRef {
  const ref = (object['spec'] as { readonly clusterProfileRef?: unknown } | undefined)?.clusterProfileRef;
  const { name, namespace } = (ref ?? {}) as { readonly name?: unknown; readonly namespace?: unknown };
  return typeof name === 'string' && typeof namespace === 'string' ? { name, namespace } : undefined;
}

/**
 * The object that has the better claim to the same target: one cluster takes one installation of a component. The oldest
 * wins, by name where they are of one age; one that is being deleted holds its claim until it is gone.
 */
export function rivalOf(object: KubeObject, peers: Iterable<KubeObject>): KubeObject | undefined {
  const target = targetKey(profileRefOf(object));
  let rival: KubeObject | undefined;
  for (const peer of peers) {
    if (peer.metadata.uid === object.metadata.uid || targetKey(profileRefOf(peer)) !== target) continue;
    if (isOlder(peer, rival ?? object)) rival = peer;
  }
  return rival;
}

function isOlder(a: KubeObject, b: KubeObject): boolean {
  const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  return left === right ? objectKey(a.metadata) < objectKey(b.metadata) : left < right;
}
