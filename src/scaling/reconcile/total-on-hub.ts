import { isRecord, type KubeObject, type ManagedFieldsEntry } from '../../api/index.ts';

/** The annotations of an object that users' tools write to remember what they applied; of no interest here. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object as it is kept: of its managed fields only what tells who wrote the total. */
export function projectObject(object: KubeObject): KubeObject {
  const { managedFields = [], annotations = {}, ...metadata } = object.metadata;
  const { [lastApplied]: _applied, ...kept } = annotations;
  return {
    ...object,
    metadata: { ...metadata, annotations: kept, managedFields: managedFields.filter(ownsTotal) },
  };
}

/**
 * The total to put back: `kubectl replace`, and what works like it, sets the field that their manifest lacks to its default
 * of 0. A 0 that comes through `/scale` is meant; it has no owner, because a Scale without replicas is one of 0.
 */
export function overwrittenTotal(
  { metadata: { managedFields = [] } }: Pick<KubeObject, 'metadata'>,
  total: number,
  lastTotal: number,
): number | undefined {
  if (total !== 0 || lastTotal === 0) return undefined;
  const owners = managedFields.filter(ownsTotal);
  return owners.length > 0 && owners.every(({ subresource }) => subresource === undefined)
    ? lastTotal
    : undefined;
}

function ownsTotal({ fieldsV1 }: ManagedFieldsEntry): boolean {
  const spec = isRecord(fieldsV1) ? fieldsV1['f:spec'] : undefined;
  return isRecord(spec) && Object.hasOwn(spec, 'f:totalTargetReplicas');
}
