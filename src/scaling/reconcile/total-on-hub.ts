import { isRecord, type KubeObject, type ManagedFieldsEntry } from '../../api/index.ts';
import type { AskedScaling } from './asked-scaling.ts';
import { statusOf } from './scaling-status.ts';

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

const pausedAt = 'autoscaling.keda.sh/paused-replicas';

/**
 * The total to put back: `kubectl replace`, and what works like it, sets the field that their manifest lacks to its default
 * of 0. A 0 that comes through `/scale` is meant; it has no owner, because a Scale without replicas is one of 0. So is one
 * that triggers ask for as well.
 */
export function overwrittenTotal(
  object: KubeObject,
  {
    spec: { total },
    least,
  }: { readonly spec: { readonly total: number }; readonly least: AskedScaling['least'] },
  lastTotal: number,
): number | undefined {
  if (total !== 0 || lastTotal === 0 || isNothingWanted(object, least)) return undefined;
  const { managedFields = [] } = object.metadata;
  const owners = managedFields.filter(ownsTotal);
  return owners.length > 0 && owners.every(({ subresource }) => subresource === undefined)
    ? lastTotal
    : undefined;
}

/** While triggers fail, or the cooldown lasts, nobody knows that. */
function isNothingWanted(object: KubeObject, least: number): boolean {
  if (object.metadata.annotations?.[pausedAt] === '0') return true;
  const { conditions = [] } = statusOf(object);
  const find = (type: string) => conditions.find((condition) => condition.type === type);
  const active = find('ScaledObjectActive');
  const isAtRest = active?.status === 'False' && active.reason === 'ScalerNotActive';
  return least === 0 && isAtRest && find('Ready')?.status === 'True';
}

function ownsTotal({ fieldsV1 }: ManagedFieldsEntry): boolean {
  const spec = isRecord(fieldsV1) ? fieldsV1['f:spec'] : undefined;
  return isRecord(spec) && Object.hasOwn(spec, 'f:totalTargetReplicas');
}
