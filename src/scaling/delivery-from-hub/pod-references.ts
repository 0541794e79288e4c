import { isRecord } from '../../api/index.ts';
import { type Fields, listAt, recordAt } from '../fields.ts';

export type ReferencedKind = 'ConfigMap' | 'Secret' | 'ServiceAccount';

/** What pods need beside their images, in their own namespace. */
export interface PodReference {
  readonly kind: ReferencedKind;
  readonly name: string;
  /** Pods start without it. */
  readonly isOptional: boolean;
}

/** What every namespace has of its own; that of the hub would be wrong elsewhere. */
const everywhere: ReadonlySet<string> = new Set([
  'ConfigMap kube-root-ca.crt',
  'ConfigMap openshift-service-ca.crt',
  'ConfigMap istio-ca-root-cert',
  'ServiceAccount default',
]);

/**
 * What a pod template mounts, reads and runs as, sorted, each once; what is needed in one place is not optional in
 * another. Whatever does not look like a pod template has none. Names as in the API reference of core/v1.
 */
export function podReferences(template: unknown): readonly PodReference[] {
  const pod = recordAt(template, 'spec');
  const found = [
    ...listAt(pod, 'volumes').flatMap(ofVolume),
    ...['containers', 'initContainers'].flatMap((field) => listAt(pod, field).flatMap(ofContainer)),
    ...pullSecrets(pod),
    ...reference('ServiceAccount', pod['serviceAccountName'] ?? pod['serviceAccount'], {}),
  ];
  return sorted(found);
}

/** What comes with an account: it lends its pull secrets to its pods. */
export function accountReferences(account: unknown): readonly PodReference[] {
  return sorted(pullSecrets(isRecord(account) ? account : {}));
}

function ofVolume(volume: Fields): readonly PodReference[] {
  const projected = listAt(recordAt(volume, 'projected'), 'sources');
  return [
    ...[volume, ...projected].flatMap((source) => [
      ...reference('ConfigMap', recordAt(source, 'configMap')['name'], recordAt(source, 'configMap')),
      ...reference('Secret', secretName(recordAt(source, 'secret')), recordAt(source, 'secret')),
    ]),
    // Storage of all kinds: `secretRef`, `nodePublishSecretRef`, and one that has only a name.
    ...Object.values(volume).flatMap((source) => [
      ...reference('Secret', recordAt(source, 'secretRef')['name'], {}),
      ...reference('Secret', recordAt(source, 'nodePublishSecretRef')['name'], {}),
    ]),
    ...reference('Secret', recordAt(volume, 'azureFile')['secretName'], {}),
  ];
}

/** A volume has `secretName`, a projection `name`. */
function secretName(source: Fields): unknown {
  return source['secretName'] ?? source['name'];
}

function ofContainer(container: Fields): readonly PodReference[] {
  return [
    ...listAt(container, 'envFrom').flatMap((source) => [
      ...reference('ConfigMap', recordAt(source, 'configMapRef')['name'], recordAt(source, 'configMapRef')),
      ...reference('Secret', recordAt(source, 'secretRef')['name'], recordAt(source, 'secretRef')),
    ]),
    ...listAt(container, 'env').flatMap((variable) => {
      const from = recordAt(variable, 'valueFrom');
      const [map, secret] = [recordAt(from, 'configMapKeyRef'), recordAt(from, 'secretKeyRef')];
      return [...reference('ConfigMap', map['name'], map), ...reference('Secret', secret['name'], secret)];
    }),
  ];
}

/** Pods start without the secrets that they pull images with. */
function pullSecrets(of: Fields): readonly PodReference[] {
  return listAt(of, 'imagePullSecrets').flatMap(({ name }) => reference('Secret', name, { optional: true }));
}

function reference(kind: ReferencedKind, name: unknown, { optional }: Fields): readonly PodReference[] {
  if (typeof name !== 'string' || name === '' || everywhere.has(`${kind} ${name}`)) return [];
  return [{ kind, name, isOptional: optional === true }];
}

function sorted(references: readonly PodReference[]): readonly PodReference[] {
  const byKey = Map.groupBy(references, ({ kind, name }) => `${kind} ${name}`);
  return [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [first, ...others]]) => {
      if (first === undefined) return [];
      return [{ ...first, isOptional: [first, ...others].every(({ isOptional }) => isOptional) }];
    });
}
