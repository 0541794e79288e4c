import { isRecord, type KubeObject, type ManagedFieldsEntry } from '../../api/index.ts';
import { isSet } from '../engine/builtin/executor/directives.ts';
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
/** While one of them is set, what runs is kept although triggers ask for nothing. */
const keeping = ['autoscaling.keda.sh/paused', 'autoscaling.keda.sh/paused-scale-in'];

/**
 * The total to put back: `kubectl replace`, and what works like it, sets the field that their manifest lacks to its default
 * of 0. A 0 that comes through `/scale` is meant; it has no owner, because a Scale without replicas is one of 0. So is one
 * that triggers ask for as well.
 */
export function overwrittenTotal(
  object: KubeObject,
  {
    spec: { total },
    ...asked
  }: Pick<AskedScaling, 'least' | 'hasFallback'> & { readonly spec: Pick<AskedScaling['spec'], 'total'> },
  lastTotal: number,
): number | undefined {
  if (total !== 0 || lastTotal === 0 || isNothingWanted(object, asked)) return undefined;
  const { managedFields = [] } = object.metadata;
  const owners = managedFields.filter(ownsTotal);
  return owners.length > 0 && owners.every(({ subresource }) => subresource === undefined)
    ? lastTotal
    : undefined;
}

/**
 * While triggers fail, the cooldown lasts, or scaling is paused, nobody knows that. With a fallback a failure looks like
 * rest until it has lasted long enough.
 */
function isNothingWanted(
  { metadata: { annotations = {} }, ...object }: KubeObject,
  { least, hasFallback }: Pick<AskedScaling, 'least' | 'hasFallback'>,
): boolean {
  if (annotations[pausedAt] === '0') return true;
  if (least > 0 || hasFallback || keeping.some((name) => isSet(annotations[name]))) return false;
  const { conditions = [] } = statusOf(object);
  const find = (type: string) => conditions.find((condition) => condition.type === type);
  const active = find('ScaledObjectActive');
  const isAtRest = active?.status === 'False' && active.reason === 'ScalerNotActive';
  return isAtRest && find('Ready')?.status === 'True' && find('Paused')?.status !== 'True';
}

function ownsTotal({ fieldsV1 }: ManagedFieldsEntry): boolean {
  const spec = isRecord(fieldsV1) ? fieldsV1['f:spec'] : undefined;
  return isRecord(spec) && Object.hasOwn(spec, 'f:totalTargetReplicas');
}
