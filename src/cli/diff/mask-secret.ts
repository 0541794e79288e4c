import { groupVersionKind, isRecord, type KubeObject } from '../../api/index.ts';

const masked = '[redacted]';
const dataFields = ['data', 'stringData'] as const;
/** kubectl keeps a whole object in it. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * A Secret without what it holds, to be compared with `other`: a value that is not the same there is marked with `side`,
 * so that it still shows that it differs. Anything but a Secret stays as it is.
 */
export function maskSecret(
  object: KubeObject,
  other: KubeObject | undefined,
  side: 'before' | 'after',
): KubeObject {
  if (!isSecret(object)) return object;
  const mask = (value: unknown, counterpart: unknown): string =>
    other === undefined || value === counterpart ? masked : `${masked} ${side}`;
  const shown: Record<string, unknown> = { ...object };
  for (const field of dataFields) {
    const values = object[field];
    if (!isRecord(values)) continue;
    const counterparts = isRecord(other?.[field]) ? other[field] : {};
    shown[field] = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, mask(value, counterparts[key])]),
    );
  }
  const { annotations } = object.metadata;
  if (annotations?.[lastApplied] === undefined) return shown as KubeObject;
  const applied = mask(annotations[lastApplied], other?.metadata.annotations?.[lastApplied]);
  return {
    ...(shown as KubeObject),
    metadata: { ...object.metadata, annotations: { ...annotations, [lastApplied]: applied } },
  };
}

function isSecret(object: KubeObject): boolean {
  return object.kind === 'Secret' && groupVersionKind(object).group === '';
}
